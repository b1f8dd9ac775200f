using Binnacle.Api;
using Kubernetes.Models;

namespace Binnacle.CrdGen.Webhooks;

/// <summary>What a cluster needs besides the operator itself for its webhooks to be called.</summary>
internal static class OperatorWebhookManifests
{
    private const string Name = "binnacle-webhooks";

    /// <summary>In front of all replicas.</summary>
    public static Service Service { get; } =
        new()
        {
            Metadata = OperatorObjects.Meta(Name) with { Namespace = OperatorObjects.Namespace },
            Spec = new ServiceSpec
            {
                Selector = OperatorObjects.Labels,
                Ports =
                [
                    new ServicePort
                    {
                        Name = "webhooks",
                        Port = 443,
                        TargetPort = 9443,
                    },
                ],
            },
        };

    /// <summary>
    /// Validity: a webhook that is down blocks nobody, as each object is checked again when it is reconciled. The operator
    /// adds the one that checks rights itself, once it can answer for it.
    /// </summary>
    public static ValidatingWebhookConfiguration Configuration { get; } =
        new()
        {
            Metadata = OperatorObjects.Meta(Name),
            Webhooks =
            [
                new ValidatingWebhook
                {
                    Name = "validation.binnacle.dev",
                    ClientConfig = new WebhookClientConfig
                    {
                        Service = new WebhookServiceReference
                        {
                            Namespace = OperatorObjects.Namespace,
                            Name = Name,
                            Path = "/validate",
                            Port = 443,
                        },
                    },
                    Rules =
                    [
                        new RuleWithOperations
                        {
                            ApiGroups = [BinnacleResources.Group],
                            ApiVersions = [BinnacleResources.Version],
                            Operations = ["CREATE", "UPDATE"],
                            Resources = [.. BinnacleResources.All.Select(type => type.Plural)],
                            Scope = "Namespaced",
                        },
                    ],
                    FailurePolicy = "Ignore",
                    MatchPolicy = "Equivalent",
                    SideEffects = "None",
                    TimeoutSeconds = 5,
                    AdmissionReviewVersions = ["v1"],
                },
            ],
        };

    /// <summary>What the operator may do for the sake of its webhooks.</summary>
    public static ClusterRole ClusterRole { get; } =
        new()
        {
            Metadata = OperatorObjects.Meta(Name),
            Rules =
            [
                // The caBundle, and the webhook that it adds.
                new PolicyRule
                {
                    ApiGroups = ["admissionregistration.k8s.io"],
                    Resources = ["validatingwebhookconfigurations"],
                    ResourceNames = [Name],
                    Verbs = ["get", "list", "patch", "watch"],
                },
                // May the requester do what a stack would be allowed to?
                new PolicyRule
                {
                    ApiGroups = ["authorization.k8s.io"],
                    Resources = ["subjectaccessreviews"],
                    Verbs = ["create"],
                },
            ],
        };

    /// <summary>Gives the rights to the operator's account.</summary>
    public static ClusterRoleBinding ClusterRoleBinding { get; } = OperatorObjects.Binding(Name);
}
