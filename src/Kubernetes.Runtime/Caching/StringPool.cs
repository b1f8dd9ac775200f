namespace Kubernetes.Runtime.Caching;

/// <summary>
/// One instance of each text that many objects repeat: kinds, namespaces, label keys. It starts anew when it is full,
/// so that texts nobody uses any more do not stay for ever. Not thread-safe.
/// </summary>
internal sealed class StringPool(int capacity = StringPool.DefaultCapacity)
{
    private const int DefaultCapacity = 4096;

    /// <summary>Longer texts are rarely the same twice, and dear to compare.</summary>
    private const int LongestText = 128;

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    public int Count => _texts.Count;

    public string Intern(string text)
    {
        if (text.Length > LongestText)
        {
            return text;
        }

        if (_texts.TryGetValue(text, out var known))
        {
            return known;
        }

        if (_texts.Count >= capacity)
        {
            _texts.Clear();
        }

        _texts.Add(text);
        return text;
    }
}
