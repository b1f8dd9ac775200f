using Kubernetes.Models;

namespace Kubernetes.Runtime.Webhooks;

/// <summary>
/// A webhook that the server itself adds to its configuration once it serves. One with failurePolicy Fail cannot be part
/// of what is installed: until the server runs it would refuse everything that is applied together with it.
/// </summary>
/// <param name="Entry">The webhook; its clientConfig is made from the sibling's.</param>
/// <param name="Sibling">Name of the installed webhook that is reached at the same address.</param>
/// <param name="Path">The path at which the server answers for this one.</param>
public sealed record AddedWebhook(ValidatingWebhook Entry, string Sibling, string Path)
{
    /// <summary>The entry as it belongs into a configuration; null when the sibling is not there to take the address from.</summary>
    internal ValidatingWebhook? In(ValidatingWebhookConfiguration configuration, byte[]? bundle, bool withConditions)
    {
        var address = configuration.Webhooks?.FirstOrDefault(webhook => webhook.Name == Sibling)?.ClientConfig;
        if (address is null)
        {
            return null;
        }

        return Entry with
        {
            MatchConditions = withConditions ? Entry.MatchConditions : null,
            ClientConfig = new WebhookClientConfig
            {
                Url = address.Url is { } url ? new UriBuilder(url) { Path = Path }.Uri.ToString() : null,
                Service = address.Service is { } service ? service with { Path = Path } : null,
                CaBundle = bundle,
            },
        };
    }
}
