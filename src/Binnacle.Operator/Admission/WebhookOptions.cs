using System.Net;
using Kubernetes.Models;

namespace Binnacle.Operator.Admission;

/// <summary>How the operator serves its webhooks.</summary>
public sealed record WebhookOptions
{
    /// <summary>Where they are served; port 0 takes a free one. Default [::]:9443, all of IPv6 and IPv4.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.IPv6Any, 9443);

    /// <summary>The Service in front of them; its names are in the certificate.</summary>
    public ObjectKey Service { get; init; } = new("binnacle-system", "binnacle-webhooks");

    /// <summary>
    /// Where API servers reach them when the operator runs outside the cluster; the certificate is for this host then.
    /// Null: through the Service.
    /// </summary>
    public Uri? Url { get; init; }

    /// <summary>The Secret that holds the certificates that the operator makes.</summary>
    public ObjectKey Secret { get; init; } = new("binnacle-system", "binnacle-webhooks-tls");

    /// <summary>
    /// A folder with <c>tls.crt</c> and <c>tls.key</c> that somebody else keeps, as cert-manager does; the caBundle is
    /// theirs too. Null: the operator makes certificates.
    /// </summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>The ValidatingWebhookConfiguration that was installed.</summary>
    public string Configuration { get; init; } = "binnacle-webhooks";

    /// <summary>The hosts of the certificate.</summary>
    internal IReadOnlyList<string> Hosts =>
        Url is null
            ? Kubernetes.Runtime.Certificates.CertificatePolicy.ForService(Service.Name, Service.Namespace)
            : [Url.IdnHost.Trim('[', ']')];
}
