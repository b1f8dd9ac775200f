using LocalCluster.ApiServer.Json;

namespace LocalCluster.ApiServer.Http;

/// <summary>An object without <c>apiVersion</c> and <c>kind</c>, as lists of built-in kinds hold it.</summary>
internal static class TypelessItem
{
    /// <summary>Cuts the two fields off; the tree is built only where they do not come first.</summary>
    public static ReadOnlySpan<byte> From(byte[] utf8)
    {
        ReadOnlySpan<byte> rest = utf8;
        var cut = 0;
        while (cut < 2 && TryCut(ref rest))
        {
            cut++;
        }

        if (cut == 2)
        {
            // The comma before what follows becomes the brace that opens the object.
            var result = rest.ToArray();
            result[0] = (byte)'{';
            return result;
        }

        var value = JsonReading.ParseObject(utf8);
        value.Remove("apiVersion");
        value.Remove("kind");
        return value.ToUtf8();
    }

    /// <summary>Cuts <c>{"kind":"…"</c> off, if that is what comes and something follows.</summary>
    private static bool TryCut(ref ReadOnlySpan<byte> text)
    {
        var name = text[1..];
        var start =
            name.StartsWith("\"kind\":\""u8) ? 9
            : name.StartsWith("\"apiVersion\":\""u8) ? 15
            : -1;
        if (start < 0)
        {
            return false;
        }

        var end = text[start..].IndexOf((byte)'"');
        if (end < 0 || text[start + end + 1] != (byte)',')
        {
            return false;
        }

        text = text[(start + end + 1)..];
        return true;
    }
}
