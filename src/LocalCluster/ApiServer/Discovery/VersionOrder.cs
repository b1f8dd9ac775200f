using System.Globalization;

namespace LocalCluster.ApiServer.Discovery;

/// <summary>
/// Orders API versions by stability: <c>v2 &gt; v1 &gt; v2beta1 &gt; v1beta1 &gt; v1alpha1</c>, others last by name.
/// </summary>
internal sealed class VersionOrder : IComparer<string>
{
    public static VersionOrder Comparer { get; } = new();

    public int Compare(string? x, string? y)
    {
        var (left, right) = (Parse(x ?? ""), Parse(y ?? ""));
        if (left is null || right is null)
        {
            return left is null && right is null ? string.CompareOrdinal(y, x)
                : left is null ? -1
                : 1;
        }

        return left.Value.CompareTo(right.Value);
    }

    private static (int Stability, int Major, int Minor)? Parse(string version)
    {
        if (version.Length < 2 || version[0] != 'v')
        {
            return null;
        }

        var rest = version[1..];
        var digits = rest.TakeWhile(char.IsAsciiDigit).Count();
        if (digits == 0 || !int.TryParse(rest[..digits], CultureInfo.InvariantCulture, out var major))
        {
            return null;
        }

        var (stability, word) = rest[digits..] switch
        {
            "" => (2, ""),
            var text when text.StartsWith("beta", StringComparison.Ordinal) => (1, text[4..]),
            var text when text.StartsWith("alpha", StringComparison.Ordinal) => (0, text[5..]),
            _ => (-1, ""),
        };
        return stability switch
        {
            2 => (2, major, 0),
            < 0 => null,
            _ => int.TryParse(word, CultureInfo.InvariantCulture, out var minor) ? (stability, major, minor) : null,
        };
    }
}
