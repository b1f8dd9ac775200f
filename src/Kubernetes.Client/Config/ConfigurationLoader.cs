namespace Kubernetes.Client;

/// <summary>Decides which of the possible sources describes the cluster.</summary>
internal static class ConfigurationLoader
{
    public static KubernetesClientConfiguration Load(
        ConfigurationEnvironment environment,
        string? explicitPath,
        string? context
    )
    {
        if (explicitPath is { Length: > 0 })
        {
            return Kubeconfig.Read([explicitPath]).Resolve(context);
        }
        string[] paths =
            environment.GetVariable("KUBECONFIG") is { Length: > 0 } list
                ? list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            : environment.HomeDirectory is { } home ? [Path.Combine(home, ".kube", "config")]
            : [];
        var merged = Kubeconfig.Read(paths.Where(File.Exists));
        if (!merged.IsEmpty)
        {
            return merged.Resolve(context);
        }
        return InClusterConfiguration.IsAvailable(environment)
            ? InClusterConfiguration.Load(environment)
            : throw new KubernetesConfigurationException(
                $"no cluster is configured: {(paths.Length == 0 ? "there is no home directory" : string.Join(", ", paths) + " is missing or empty")}, "
                    + "and this is not a pod; set KUBECONFIG to a kubeconfig file"
            );
    }
}
