namespace Kubernetes.Runtime.Webhooks;

/// <summary>Which webhook configuration is kept, and what of it.</summary>
/// <param name="Name">Name of the ValidatingWebhookConfiguration.</param>
/// <param name="FieldManager">Owner of what is written.</param>
public sealed record WebhookConfigurationOptions(string Name, string FieldManager)
{
    /// <summary>Names of the installed webhooks that are ours: their caBundle is kept.</summary>
    public IReadOnlyList<string> Webhooks { get; init; } = [];

    /// <summary>Webhooks that we add ourselves.</summary>
    public IReadOnlyList<AddedWebhook> Added { get; init; } = [];
}
