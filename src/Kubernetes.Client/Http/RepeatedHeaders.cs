using System.Text;

namespace Kubernetes.Client;

/// <summary>
/// Sends a header several times. The API server wants that of groups and extra fields of impersonation, and does not
/// split at commas; .NET has no way to say it and joins the values. So they go as one value with a mark in between,
/// for which the encoding of the header's value writes the end of a line and the name again. That is a header for
/// HTTP/1.1 alone.
/// </summary>
internal static class RepeatedHeaders
{
    /// <summary>In no name that a server knows; values that have it are refused where they come in.</summary>
    public const char Mark = '\u001E';

    public static string Join(IEnumerable<string> values) => string.Join(Mark, values);

    public static bool IsRepeated(string value) => value.Contains(Mark, StringComparison.Ordinal);

    /// <summary>How the values of a header are written; null: as ever. Names of people are not all ASCII.</summary>
    public static Encoding? EncodingOf(string header, HttpRequestMessage request) =>
        !header.StartsWith("Impersonate-", StringComparison.OrdinalIgnoreCase) ? null
        : request.Headers.NonValidated.TryGetValues(header, out var values) && values.Any(IsRepeated)
            ? new LineEncoding(header)
        : Encoding.UTF8;

    private sealed class LineEncoding(string header) : Encoding
    {
        private readonly string next = $"\r\n{header}: ";

        public override int GetByteCount(char[] chars, int index, int count) =>
            UTF8.GetByteCount(Expand(chars, index, count));

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
            UTF8.GetBytes(Expand(chars, charIndex, charCount), bytes.AsSpan(byteIndex));

        public override int GetMaxByteCount(int charCount) => UTF8.GetMaxByteCount(charCount * next.Length);

        public override int GetCharCount(byte[] bytes, int index, int count) => UTF8.GetCharCount(bytes, index, count);

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
            UTF8.GetChars(bytes, byteIndex, byteCount, chars, charIndex);

        public override int GetMaxCharCount(int byteCount) => UTF8.GetMaxCharCount(byteCount);

        private string Expand(char[] chars, int index, int count) =>
            new string(chars, index, count).Replace($"{Mark}", next, StringComparison.Ordinal);
    }
}
