using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Certificates;

/// <summary>
/// A certificate that somebody else keeps in files (cert-manager in a mounted Secret): <c>tls.crt</c> and <c>tls.key</c>
/// of a folder, read again every 10 s. A pair that does not fit, as while files are being replaced, is not taken: the
/// one before is served until a whole one is there.
/// </summary>
/// <param name="folder">Where the files are.</param>
/// <param name="serving">Receives the certificate.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Told of changes, and of what cannot be read.</param>
public sealed class CertificateFiles(string folder, ServingCertificate serving, TimeProvider clock, ILogger logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private string? _told;

    /// <summary>Reads the files now and again until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            do
            {
                await ReadAsync(cancellationToken);
            } while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    internal async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            var certificates = await File.ReadAllTextAsync(Path.Combine(folder, "tls.crt"), cancellationToken);
            var key = await File.ReadAllTextAsync(Path.Combine(folder, "tls.key"), cancellationToken);
            var read = X509Certificate2.CreateFromPem(certificates, key);
            _told = null;
            if (serving.Current?.Thumbprint == read.Thumbprint)
            {
                read.Dispose();
            }
            else
            {
                var chain = new X509Certificate2Collection();
                chain.ImportFromPem(certificates);
                serving.Set(read, [.. chain.Skip(1)]);
                logger.LogInformation(
                    "The certificate in {Folder} is served; it is valid until {Until:u}",
                    folder,
                    Validity.Until(read)
                );
            }
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            serving.Failed();
            // A parser's words may quote the key.
            var problem = e is IOException or UnauthorizedAccessException
                ? e.Message
                : "tls.crt and tls.key are no pair";
            if (_told != problem)
            {
                _told = problem;
                logger.LogWarning("No certificate can be read from {Folder}: {Problem}", folder, problem);
            }
        }
    }
}
