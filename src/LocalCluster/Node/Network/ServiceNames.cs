using System.Text;

namespace LocalCluster.Node.Network;

/// <summary>Finds host names in configuration text.</summary>
internal static class ServiceNames
{
    /// <summary>Replaces every host name that is a key; a name is taken as a whole, never a part of a longer one.</summary>
    public static string Replace(string text, IReadOnlyDictionary<string, string> addresses)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; )
        {
            var end = i;
            while (end < text.Length && IsNameCharacter(text[end]))
            {
                end++;
            }

            if (end == i)
            {
                result.Append(text[i++]);
                continue;
            }

            // A full stop at the end may close a sentence, or make the name absolute.
            var word = text[i..end];
            var name = word.TrimEnd('.');
            result.Append(addresses.TryGetValue(name, out var address) ? address : word);
            i = end;
        }

        return result.ToString();
    }

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_';
}
