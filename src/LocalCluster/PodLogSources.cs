using System.Collections.Concurrent;

namespace LocalCluster;

/// <summary>Which node's logs are read from where.</summary>
public sealed class PodLogSources
{
    private readonly ConcurrentDictionary<string, IPodLogSource> nodes = new(StringComparer.Ordinal);

    /// <summary>From now on the logs of a node's pods come from a source; a second registration replaces the first.</summary>
    public void Register(string nodeName, IPodLogSource source) => nodes[nodeName] = source;

    /// <summary>The node is gone.</summary>
    public void Unregister(string nodeName) => nodes.TryRemove(nodeName, out _);

    internal IPodLogSource? Find(string nodeName) => nodes.GetValueOrDefault(nodeName);
}
