using Binnacle.Api;
using Binnacle.Rendering.Prometheus;

namespace Binnacle.Rendering.Common;

/// <summary>TLS options as Prometheus and the blackbox exporter read them, with the material in files.</summary>
internal static class TlsFiles
{
    /// <summary>The configuration; null when no option is given.</summary>
    /// <exception cref="NotRenderableException">A Secret is missing.</exception>
    public static TlsConfig? Config(CredentialFiles credentials, string @namespace, TlsOptions? tls, string field) =>
        tls is null
            ? null
            : new TlsConfig
            {
                CaFile = tls.CaRef is { } ca ? credentials.Path(@namespace, ca, $"{field}.caRef") : null,
                CertFile = tls.CertRef is { } cert ? credentials.Path(@namespace, cert, $"{field}.certRef") : null,
                KeyFile = tls.KeyRef is { } key ? credentials.Path(@namespace, key, $"{field}.keyRef") : null,
                ServerName = tls.ServerName,
                InsecureSkipVerify = tls.InsecureSkipVerify ? true : null,
            };
}
