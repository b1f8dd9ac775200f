using System.Text;

namespace Binnacle.Api.Syntax;

/// <summary>Names of alerts.</summary>
public static class AlertName
{
    /// <summary>
    /// The name of an alert that has none of its own: metadata.name in PascalCase, so that <c>high-error-rate</c>
    /// becomes <c>HighErrorRate</c>.
    /// </summary>
    public static string FromResourceName(string name)
    {
        var text = new StringBuilder(name.Length);
        var wordStart = true;
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c))
            {
                wordStart = true;
                continue;
            }
            text.Append(wordStart ? char.ToUpperInvariant(c) : c);
            wordStart = false;
        }
        return text.ToString();
    }

    /// <summary>The alert's name: spec.alert, or what follows from metadata.name.</summary>
    public static string Of(AlertRule rule) =>
        rule.Spec.Alert is { Length: > 0 } given ? given : FromResourceName(rule.Metadata.Name ?? "");
}
