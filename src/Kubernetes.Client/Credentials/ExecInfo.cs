using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>What a credential plugin is told, in the variable <c>KUBERNETES_EXEC_INFO</c>.</summary>
internal static class ExecInfo
{
    public const string Variable = "KUBERNETES_EXEC_INFO";

    public static string Write(ExecCredentialPlugin plugin, KubernetesClientConfiguration cluster, bool interactive)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("kind", "ExecCredential");
        writer.WriteString("apiVersion", plugin.ApiVersion);
        writer.WriteStartObject("spec");
        if (plugin.ProvideClusterInfo)
        {
            WriteCluster(writer, plugin, cluster);
        }
        writer.WriteBoolean("interactive", interactive);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteCluster(
        Utf8JsonWriter writer,
        ExecCredentialPlugin plugin,
        KubernetesClientConfiguration cluster
    )
    {
        writer.WriteStartObject("cluster");
        writer.WriteString("server", cluster.Server.OriginalString);
        if (cluster.TlsServerName is { } name)
        {
            writer.WriteString("tls-server-name", name);
        }
        if (cluster.InsecureSkipTlsVerify)
        {
            writer.WriteBoolean("insecure-skip-tls-verify", true);
        }
        if (cluster.CertificateAuthority is { } authority)
        {
            writer.WriteBase64String("certificate-authority-data", Encoding.UTF8.GetBytes(authority.Read()));
        }
        if (cluster.ProxyUrl is { } proxy)
        {
            writer.WriteString("proxy-url", proxy.OriginalString);
        }
        if (cluster.DisableCompression)
        {
            writer.WriteBoolean("disable-compression", true);
        }
        if (plugin.ClusterConfig is { } config)
        {
            writer.WritePropertyName("config");
            config.WriteTo(writer);
        }
        writer.WriteEndObject();
    }
}
