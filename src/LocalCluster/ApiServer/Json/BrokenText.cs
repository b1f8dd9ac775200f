using System.Globalization;
using System.Text;

namespace LocalCluster.ApiServer.Json;

/// <summary>
/// Reads strings of JSON that are no Unicode: bytes that are no UTF-8, and escaped halves of characters, become U+FFFD,
/// as in Go.
/// </summary>
internal static class BrokenText
{
    /// <summary>The text between the quotes of a string, whose escapes are known to be whole.</summary>
    public static string Read(ReadOnlySpan<byte> escaped)
    {
        var text = Encoding.UTF8.GetString(escaped);
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            result.Append(
                text[i] switch
                {
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => (char)int.Parse(text.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    var other => other,
                }
            );
            i += text[i] == 'u' ? 4 : 0;
        }

        return Whole(result);
    }

    private static string Whole(StringBuilder text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                text[i] = '\uFFFD';
            }
        }

        return text.ToString();
    }
}
