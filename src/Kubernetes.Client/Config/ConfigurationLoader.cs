namespace Kubernetes.Client;

/// <summary>Decides which of the possible sources describes the cluster.</summary>
internal static class ConfigurationLoader
{
    public static KubernetesClientConfiguration Load(
        ConfigurationEnvironment environment,
        string? explicitPath,
        string? context
    ) => WithProxy(environment, Find(environment, explicitPath, context));

    public static KubernetesClientConfiguration InCluster(ConfigurationEnvironment environment) =>
        WithProxy(environment, InClusterConfiguration.Load(environment));

    private static KubernetesClientConfiguration Find(
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

    /// <summary>A proxy-url of the kubeconfig wins over the environment.</summary>
    private static KubernetesClientConfiguration WithProxy(
        ConfigurationEnvironment environment,
        KubernetesClientConfiguration configuration
    ) =>
        configuration.ProxyUrl is null
            ? configuration with
            {
                ProxyUrl = ProxyEnvironment.Find(configuration.Server, environment.GetVariable),
            }
            : configuration;
}
