namespace Binnacle.Rendering.Rules;

/// <summary>
/// 64 bits over a name, the same on every machine and in every version: places of rules depend on it, and a rule that
/// changes its place loses its pending state. FNV-1a, then the finalizer of MurmurHash3, without which the upper bits
/// of short names hardly differ.
/// </summary>
internal static class NameHash
{
    public static ulong Of(string name)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in name)
        {
            hash = (hash ^ (byte)c) * 1099511628211UL;
            if (c > 0xFF)
            {
                hash = (hash ^ (byte)(c >> 8)) * 1099511628211UL;
            }
        }

        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }
}
