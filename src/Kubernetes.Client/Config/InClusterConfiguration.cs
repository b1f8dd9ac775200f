namespace Kubernetes.Client;

/// <summary>
/// The cluster that a pod runs in
/// (https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/#directly-accessing-the-rest-api).
/// </summary>
internal static class InClusterConfiguration
{
    public static bool IsAvailable(ConfigurationEnvironment environment) =>
        environment.GetVariable("KUBERNETES_SERVICE_HOST") is { Length: > 0 }
        && environment.GetVariable("KUBERNETES_SERVICE_PORT") is { Length: > 0 }
        && File.Exists(Path.Combine(environment.ServiceAccountDirectory, "token"));

    public static KubernetesClientConfiguration Load(ConfigurationEnvironment environment)
    {
        var host = Variable(environment, "KUBERNETES_SERVICE_HOST");
        var port = Variable(environment, "KUBERNETES_SERVICE_PORT");
        var token = Path.Combine(environment.ServiceAccountDirectory, "token");
        if (!File.Exists(token))
        {
            throw new KubernetesConfigurationException(
                $"not running in a pod with a service account: {token} is not there"
            );
        }
        var authority = Path.Combine(environment.ServiceAccountDirectory, "ca.crt");
        var namespaceFile = Path.Combine(environment.ServiceAccountDirectory, "namespace");
        var bracketed = host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host;
        if (!Uri.TryCreate($"https://{bracketed}:{port}", UriKind.Absolute, out var server))
        {
            throw new KubernetesConfigurationException(
                $"KUBERNETES_SERVICE_HOST '{host}' and KUBERNETES_SERVICE_PORT '{port}' do not make an address"
            );
        }
        return new KubernetesClientConfiguration
        {
            Server = server,
            CertificateAuthority = File.Exists(authority) ? PemSource.FromFile(authority) : null,
            TokenFile = token,
            Namespace =
                File.Exists(namespaceFile) && File.ReadAllText(namespaceFile).Trim() is { Length: > 0 } name
                    ? name
                    : "default",
            Source = $"service account in {environment.ServiceAccountDirectory}",
        };
    }

    private static string Variable(ConfigurationEnvironment environment, string name) =>
        environment.GetVariable(name) is { Length: > 0 } value
            ? value
            : throw new KubernetesConfigurationException($"not running in a pod: {name} is not set");
}
