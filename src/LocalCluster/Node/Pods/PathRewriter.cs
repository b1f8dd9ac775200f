namespace LocalCluster.Node.Pods;

/// <summary>
/// Replaces mount paths in a program's arguments by the folders that stand for them. The longest path wins; a path is
/// replaced only as a whole, so that <c>/etc/prometheus2</c> is not taken for <c>/etc/prometheus</c>.
/// </summary>
internal sealed class PathRewriter(IEnumerable<(string From, string To)> paths)
{
    private readonly (string From, string To)[] ordered =
    [
        .. paths.Where(p => p.From.Length > 1).OrderByDescending(p => p.From.Length),
    ];

    public string Rewrite(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '/' || (i > 0 && IsPathCharacter(text[i - 1])))
            {
                continue;
            }

            foreach (var (from, to) in ordered)
            {
                var end = i + from.Length;
                if (
                    string.CompareOrdinal(text, i, from, 0, from.Length) == 0
                    && (end == text.Length || text[end] == '/' || !IsPathCharacter(text[end]))
                )
                {
                    text = text[..i] + to + text[end..];
                    i += to.Length - 1;
                    break;
                }
            }
        }

        return text;
    }

    private static bool IsPathCharacter(char c) => char.IsLetterOrDigit(c) || c is '/' or '.' or '-' or '_';
}
