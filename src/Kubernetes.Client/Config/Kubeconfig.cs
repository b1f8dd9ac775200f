using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>
/// Kubeconfig files, merged: of entries with the same name the first wins
/// (https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/).
/// </summary>
internal sealed class Kubeconfig
{
    private readonly Dictionary<string, KubeconfigEntry> clusters = [];
    private readonly Dictionary<string, KubeconfigEntry> users = [];
    private readonly Dictionary<string, KubeconfigEntry> contexts = [];
    private readonly List<string> files = [];
    private string? currentContext;

    public bool IsEmpty => clusters.Count == 0 && contexts.Count == 0;

    /// <summary>Reads and merges files, the most important one first.</summary>
    /// <exception cref="KubernetesConfigurationException">A file cannot be read, or is not a kubeconfig.</exception>
    public static Kubeconfig Read(IEnumerable<string> paths)
    {
        var merged = new Kubeconfig();
        foreach (var path in paths)
        {
            merged.Add(path);
        }
        return merged;
    }

    /// <summary>What the given (or the current) context says.</summary>
    public KubernetesClientConfiguration Resolve(string? contextName)
    {
        var context = Context(contextName ?? currentContext);
        var cluster = Named(clusters, context, "cluster");
        var user = context.Text("user") is null ? null : Named(users, context, "user");
        var configuration = KubeconfigCluster.Read(cluster) with
        {
            Namespace = context.Text("namespace") ?? "default",
            Source = $"{context.Place} of {string.Join(Path.PathSeparator, files)}",
        };
        return user is null ? configuration : KubeconfigUser.Read(user, cluster, configuration);
    }

    private void Add(string path)
    {
        JsonElement root;
        try
        {
            root = YamlReader.Read(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ManifestException)
        {
            throw new KubernetesConfigurationException($"the kubeconfig cannot be read: {e.Message}", e);
        }
        files.Add(path);
        if (root.ValueKind == JsonValueKind.Null)
        {
            return;
        }
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new KubernetesConfigurationException($"{path} is not a kubeconfig: expected kind: Config");
        }
        var file = new KubeconfigEntry(path, "kubeconfig", root);
        currentContext ??= file.Text("current-context");
        AddAll(file, "clusters", "cluster", clusters);
        AddAll(file, "users", "user", users);
        AddAll(file, "contexts", "context", contexts);
    }

    private static void AddAll(
        KubeconfigEntry file,
        string listName,
        string field,
        Dictionary<string, KubeconfigEntry> target
    )
    {
        if (!file.Has(listName))
        {
            return;
        }
        var list = file.Json.GetProperty(listName);
        if (list.ValueKind != JsonValueKind.Array)
        {
            throw file.Fault(listName, $"must be a list of {{name, {field}}}");
        }
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"{listName}[{index++}]";
            if (item.ValueKind != JsonValueKind.Object)
            {
                throw file.Fault(place, $"must be {{name, {field}}}");
            }
            var entry = new KubeconfigEntry(file.File, place, item);
            var name = entry.Text("name") ?? throw entry.Fault("name", "is missing");
            if (!entry.Has(field))
            {
                // `users: [{name: x, user: null}]` is what some tools write for "no credentials".
                target.TryAdd(
                    name,
                    new KubeconfigEntry(file.File, $"{listName}[{name}].{field}", JsonElement.Parse("{}"))
                );
                continue;
            }
            var content = item.GetProperty(field);
            if (content.ValueKind != JsonValueKind.Object)
            {
                throw entry.Fault(field, "must be an object");
            }
            target.TryAdd(name, new KubeconfigEntry(file.File, $"{listName}[{name}].{field}", content));
        }
    }

    private KubeconfigEntry Context(string? name)
    {
        var known = contexts.Count == 0 ? "there are none" : $"there are {string.Join(", ", contexts.Keys.Order())}";
        if (name is null)
        {
            throw new KubernetesConfigurationException(
                $"{string.Join(Path.PathSeparator, files)}: current-context is not set; name a context ({known})"
            );
        }
        return contexts.TryGetValue(name, out var context)
            ? context
            : throw new KubernetesConfigurationException(
                $"{string.Join(Path.PathSeparator, files)}: no context '{name}' ({known})"
            );
    }

    private static KubeconfigEntry Named(
        Dictionary<string, KubeconfigEntry> entries,
        KubeconfigEntry context,
        string field
    )
    {
        var name = context.Text(field) ?? throw context.Fault(field, "is missing");
        return entries.TryGetValue(name, out var entry)
            ? entry
            : throw context.Fault(field, $"is '{name}', but {field}s has no entry of that name");
    }
}
