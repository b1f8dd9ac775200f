using System.Text.Json;
using Binnacle.Api;
using Kubernetes.Models;
using Kubernetes.Runtime.Webhooks;

namespace Binnacle.Operator.Admission;

/// <summary>The objects of a request, read as one of the five kinds.</summary>
/// <param name="New">As it is to be.</param>
/// <param name="Old">As it was; null for a new one, and for one that cannot be read.</param>
/// <param name="SameSpec">An update that leaves the spec as it was.</param>
internal sealed record AdmissionObjects(KubernetesObject New, KubernetesObject? Old, bool SameSpec)
{
    /// <summary>
    /// Reads what a webhook is asked about; null with a verdict where nothing is to be decided: a deletion, a
    /// subresource, an object that is being deleted, or a request that is not for us.
    /// </summary>
    public static AdmissionObjects? Read(AdmissionRequest request, out AdmissionVerdict verdict)
    {
        verdict = AdmissionVerdict.Allow;
        if (request.Operation is not ("CREATE" or "UPDATE") || !string.IsNullOrEmpty(request.SubResource))
        {
            return null;
        }

        var type = BinnacleResources.All.FirstOrDefault(known =>
            known.Group == request.Kind?.Group
            && known.Version == request.Kind?.Version
            && known.Kind == request.Kind?.Kind
        );
        if (type is null)
        {
            verdict = AdmissionVerdict.BadRequest(
                $"this webhook decides on the kinds of {BinnacleResources.Group}/{BinnacleResources.Version}, not on "
                    + $"{request.Kind?.Group}/{request.Kind?.Version} {request.Kind?.Kind}"
            );
            return null;
        }

        if (request.Object is not { ValueKind: JsonValueKind.Object } json)
        {
            verdict = AdmissionVerdict.BadRequest($"request.object is missing, expected a {type.Kind}");
            return null;
        }

        var resource = TryRead(type, json, out var problem);
        if (resource is null)
        {
            verdict = AdmissionVerdict.BadRequest($"request.object is no {type.Kind}: {problem}");
            return null;
        }

        if (resource.Metadata.DeletionTimestamp is not null)
        {
            return null;
        }

        if (request.Operation == "CREATE" || request.OldObject is not { ValueKind: JsonValueKind.Object } before)
        {
            return new(resource, null, SameSpec: false);
        }

        return new(resource, TryRead(type, before, out _), SameSpec: JsonElement.DeepEquals(Spec(json), Spec(before)));
    }

    private static JsonElement Spec(JsonElement json) => json.TryGetProperty("spec", out var spec) ? spec : default;

    private static KubernetesObject? TryRead(ResourceType type, JsonElement json, out string? problem)
    {
        try
        {
            KubernetesObject? read = type.Kind switch
            {
                nameof(AlertRule) => json.Deserialize(AlertRule.JsonTypeInfo),
                nameof(Dashboard) => json.Deserialize(Dashboard.JsonTypeInfo),
                nameof(HealthProbe) => json.Deserialize(HealthProbe.JsonTypeInfo),
                nameof(MonitoringStack) => json.Deserialize(MonitoringStack.JsonTypeInfo),
                _ => json.Deserialize(ScrapeTarget.JsonTypeInfo),
            };
            problem =
                read?.Kind != type.Kind || read.ApiVersion != type.ApiVersion
                    ? $"it says {read?.ApiVersion} {read?.Kind}"
                    : null;
            return problem is null ? read : null;
        }
        catch (JsonException e)
        {
            problem = $"{e.Path ?? "$"} is not of the right type";
            return null;
        }
    }
}
