using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace LocalCluster;

/// <summary>Writes the file that kubectl and clients find a cluster by.</summary>
internal static class Kubeconfig
{
    public static string Format(Uri server, string caPem, X509Certificate2 client)
    {
        using var key = client.GetECDsaPrivateKey()!;
        return $$"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: local
              cluster:
                server: {{server.GetLeftPart(UriPartial.Authority)}}
                certificate-authority-data: {{Encode(caPem)}}
            users:
            - name: admin
              user:
                client-certificate-data: {{Encode(client.ExportCertificatePem())}}
                client-key-data: {{Encode(key.ExportPkcs8PrivateKeyPem())}}
            contexts:
            - name: local
              context:
                cluster: local
                user: admin
            current-context: local

            """;
    }

    /// <summary>Writes a file that only its owner may read.</summary>
    public static async Task WriteAsync(string path, string text, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var file = new FileStream(path, options);
        await file.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);
    }

    private static string Encode(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));
}
