using Kubernetes.Models;

namespace Binnacle.Rendering.Rules;

/// <summary>
/// What the last render of a stack's rules left for the next: an unchanged resource (the same instance) is not looked at
/// again, and a shard whose rules did not change stays the same ConfigMap instance. One per stack; not for use by two
/// renders at once.
/// </summary>
public sealed class RuleShardCache
{
    private Dictionary<ResourceRef, (KubernetesObject Instance, RuleFragment Fragment)> _fragments = [];
    private Dictionary<ResourceRef, (KubernetesObject Instance, RuleFragment Fragment)> _seen = [];
    private Dictionary<string, RuleGroup> _groups = [];
    private readonly Dictionary<int, RenderedShard> _shards = [];
    private (string Environment, ObjectKey Stack, string Uid) _settings;

    /// <summary>How many shards were written anew since the cache was made.</summary>
    public long ShardsWritten { get; private set; }

    /// <summary>How many resources were rendered anew since the cache was made.</summary>
    public long ResourcesRendered { get; private set; }

    internal void Begin(RuleEnvironment environment, KubernetesObject stack)
    {
        var settings = (environment.Identity, stack.Key, stack.Metadata.Uid ?? "");
        if (settings != _settings)
        {
            _fragments.Clear();
            _groups.Clear();
            _shards.Clear();
            _settings = settings;
        }

        _seen.Clear();
    }

    internal RuleFragment Fragment<T>(T resource, string kind, Func<T, RuleFragment> render)
        where T : KubernetesObject
    {
        var source = new ResourceRef(kind, resource.Key);
        if (!_fragments.TryGetValue(source, out var entry) || !ReferenceEquals(entry.Instance, resource))
        {
            ResourcesRendered++;
            entry = (resource, render(resource));
        }

        _seen[source] = entry;
        return entry.Fragment;
    }

    /// <summary>Forgets resources that are gone, and replaces groups by their equals of the last render.</summary>
    internal void Settle(List<RuleGroup> groups)
    {
        (_fragments, _seen) = (_seen, _fragments);
        var settled = new Dictionary<string, RuleGroup>(groups.Count);
        for (var i = 0; i < groups.Count; i++)
        {
            if (_groups.TryGetValue(groups[i].Name, out var known) && known.HasSame(groups[i]))
            {
                groups[i] = known;
            }

            settled[groups[i].Name] = groups[i];
        }

        _groups = settled;
    }

    /// <summary>The shard as it was, when it holds the same groups; else what <paramref name="write"/> makes of them.</summary>
    internal RenderedShard? Shard(int number, List<RuleGroup> groups, Func<int, List<RuleGroup>, RenderedShard> write)
    {
        if (groups.Count == 0)
        {
            _shards.Remove(number);
            return null;
        }

        if (_shards.TryGetValue(number, out var known) && known.Holds(groups))
        {
            return known;
        }

        ShardsWritten++;
        return _shards[number] = write(number, groups);
    }
}

/// <summary>A shard with all that depends on its groups alone.</summary>
internal sealed record RenderedShard(
    IReadOnlyList<RuleGroup> Groups,
    ConfigMap ConfigMap,
    IReadOnlyList<PlannedRule> Rules,
    string Hash
)
{
    public bool Holds(List<RuleGroup> groups)
    {
        if (groups.Count != Groups.Count)
        {
            return false;
        }

        for (var i = 0; i < groups.Count; i++)
        {
            if (!ReferenceEquals(groups[i], Groups[i]))
            {
                return false;
            }
        }

        return true;
    }
}
