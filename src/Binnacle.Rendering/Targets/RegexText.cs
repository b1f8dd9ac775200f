using System.Text;

namespace Binnacle.Rendering.Targets;

/// <summary>Text that becomes part of an RE2 pattern or of a relabelling replacement.</summary>
internal static class RegexText
{
    private const string Special = @"\.+*?()|[]{}^$";

    /// <summary>A pattern that matches exactly this text.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (Special.Contains(c))
            {
                quoted.Append('\\');
            }

            quoted.Append(c);
        }

        return quoted.ToString();
    }

    /// <summary>A replacement that stands for exactly this text: <c>$</c> would name a group.</summary>
    public static string Literal(string text) => text.Replace("$", "$$", StringComparison.Ordinal);

    /// <summary>A pattern that matches what any of the patterns matches.</summary>
    public static string AnyOf(IEnumerable<string> patterns) =>
        string.Join('|', patterns.Select(pattern => $"(?:{pattern})"));

    /// <summary>
    /// A Kubernetes label or annotation name as Prometheus's discovery writes it into a label name: everything but
    /// letters, digits and underscores becomes an underscore.
    /// </summary>
    public static string MetaName(string name) =>
        string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
}
