using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>What a kubeconfig's cluster says.</summary>
internal static class KubeconfigCluster
{
    private const string ExecExtension = "client.authentication.k8s.io/exec";

    public static KubernetesClientConfiguration Read(KubeconfigEntry cluster)
    {
        var configuration = new KubernetesClientConfiguration
        {
            Server = Server(cluster),
            CertificateAuthority = cluster.Pem("certificate-authority"),
            TlsServerName = cluster.Text("tls-server-name"),
            InsecureSkipTlsVerify = cluster.Flag("insecure-skip-tls-verify"),
            ProxyUrl = Proxy(cluster),
            DisableCompression = cluster.Flag("disable-compression"),
        };
        return configuration is { InsecureSkipTlsVerify: true, CertificateAuthority: not null }
            ? throw cluster.Fault(
                "insecure-skip-tls-verify",
                "contradicts certificate-authority: remove one of them (this one, unless nobody else is on the network)"
            )
            : configuration;
    }

    /// <summary>What the cluster has for credential plugins.</summary>
    public static JsonElement? ExecConfig(KubeconfigEntry cluster) =>
        cluster.Children("extensions").FirstOrDefault(extension => extension.Text("name") == ExecExtension) is { } found
        && found.Has("extension")
            ? found.Json.GetProperty("extension")
            : null;

    private static Uri Server(KubeconfigEntry cluster)
    {
        var text = cluster.Text("server") ?? throw cluster.Fault("server", "is missing");
        if (text.Contains('@', StringComparison.Ordinal))
        {
            // It would go into logs, and to no server.
            throw cluster.Fault("server", "holds a user, which belongs into users[].user.username and password");
        }
        return Uri.TryCreate(text, UriKind.Absolute, out var server) && server.Scheme is "https" or "http"
            ? server
            : throw cluster.Fault("server", $"is '{text}', expected an address such as https://host:6443");
    }

    private static Uri? Proxy(KubeconfigEntry cluster) =>
        cluster.Text("proxy-url") is not { } text
            ? null
            // The address may hold a password: it is not shown.
            : ProxyEnvironment.Parse(text)
                ?? throw cluster.Fault("proxy-url", $"is no proxy: {ProxyEnvironment.Expected}");
}
