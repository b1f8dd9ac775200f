using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Testing;

namespace Chaos.Gates;

/// <summary>The API server behind a gate.</summary>
internal static class Upstream
{
    /// <summary>Connects to the server of a kubeconfig.</summary>
    /// <param name="kubeconfig">The file.</param>
    /// <param name="asCaller">Every caller brings his own token; else all have the rights of the file.</param>
    public static HttpClient Connect(string kubeconfig, bool asCaller)
    {
        var config = YamlDocuments.Read(File.ReadAllText(kubeconfig))[0]!;
        var current = Named(config["contexts"]!, (string)config["current-context"]!)["context"]!;
        var cluster = Named(config["clusters"]!, (string)current["cluster"]!)["cluster"]!;
        var user = Named(config["users"]!, (string)current["user"]!)["user"]!;
        var ssl = new SslClientAuthenticationOptions();
        if (Pem(cluster, "certificate-authority", kubeconfig) is { } authority)
        {
            ssl.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            ssl.CertificateChainPolicy.CustomTrustStore.ImportFromPem(authority);
        }

        if (!asCaller && Pem(user, "client-certificate", kubeconfig) is { } certificate)
        {
            var key = Pem(user, "client-key", kubeconfig);
            ssl.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
        }

        var client = new HttpClient(new SocketsHttpHandler { SslOptions = ssl, UseProxy = false })
        {
            BaseAddress = new Uri((string)cluster["server"]! + "/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (!asCaller && (string?)user["token"] is { } token)
        {
            client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        }

        return client;
    }

    private static JsonNode Named(JsonNode list, string name) =>
        list.AsArray().First(item => (string?)item!["name"] == name)!;

    private static string? Pem(JsonNode from, string field, string kubeconfig) =>
        (string?)from[$"{field}-data"] is { } data ? Encoding.UTF8.GetString(Convert.FromBase64String(data))
        : (string?)from[field] is { } path
            ? File.ReadAllText(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(kubeconfig))!, path))
        : null;
}
