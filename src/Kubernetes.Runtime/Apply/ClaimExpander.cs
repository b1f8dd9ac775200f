using System.Globalization;
using System.Text.Json.Nodes;
using Kubernetes.Client;
using Kubernetes.Models;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Apply;

/// <summary>
/// Asks for more room in the claims of a StatefulSet. The server decides whether it can be had (a StorageClass that
/// allows expansion, a claim that is bound); its refusal is told
/// (https://kubernetes.io/docs/concepts/storage/persistent-volumes/#expanding-persistent-volumes-claims).
/// </summary>
internal sealed class ClaimExpander(IKubernetesClient client, string fieldManager, ILogger logger)
{
    private readonly WriteOptions _write = new() { FieldManager = fieldManager };

    /// <summary>Expands every claim of the templates that is smaller than wanted, also those of replicas that are away.</summary>
    /// <returns>A deviation for each template of which a claim could not be expanded.</returns>
    public async Task<IReadOnlyList<ApplyDeviation>> ExpandAsync(
        StatefulSet set,
        IReadOnlyList<ClaimGrowth> growths,
        CancellationToken cancellationToken
    )
    {
        if (growths.Count == 0)
        {
            return [];
        }

        var labels = set.Spec?.Selector?.MatchLabels ?? new Dictionary<string, string>();
        var claims = await client.ListAsync<PersistentVolumeClaim>(
            new ListRequest
            {
                Namespace = set.Metadata.Namespace,
                LabelSelector =
                    labels.Count == 0 ? null : string.Join(',', labels.Select(label => $"{label.Key}={label.Value}")),
            },
            cancellationToken
        );
        var deviations = new List<ApplyDeviation>();
        foreach (var growth in growths)
        {
            var refusals = new List<string>();
            foreach (var claim in claims.Items.Where(it => IsOf(it, growth.Template, set)))
            {
                if (
                    claim.Metadata.DeletionTimestamp is null
                    && !(Quantities.Parse(ClaimPlan.Size(claim.Spec)) >= Quantities.Parse(growth.Size))
                    && await ExpandAsync(claim, growth.Size, cancellationToken) is { } refusal
                )
                {
                    refusals.Add($"claim {claim.Metadata.Name} stays at {ClaimPlan.Size(claim.Spec)}: {refusal}");
                }
            }

            if (refusals.Count > 0)
            {
                deviations.Add(
                    new ApplyDeviation(
                        ObjectRef.Of(set),
                        ApplyReasons.StorageNotExpandable,
                        ClaimPlan.SizeField(growth.Template),
                        $"{growth.Size} is wanted; {string.Join("; ", refusals)}"
                    )
                );
            }
        }

        return deviations;
    }

    private async Task<string?> ExpandAsync(
        PersistentVolumeClaim claim,
        string size,
        CancellationToken cancellationToken
    )
    {
        var patch = new JsonObject
        {
            // The claim that was read, not another one of its name.
            ["metadata"] = new JsonObject { ["uid"] = claim.Metadata.Uid },
            ["spec"] = new JsonObject
            {
                ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = size } },
            },
        };
        try
        {
            await client.PatchAsync<PersistentVolumeClaim>(
                claim.Key,
                Patch.Merge(System.Text.Encoding.UTF8.GetBytes(patch.ToJsonString())),
                _write,
                cancellationToken
            );
            logger.LogInformation("Claim {Claim} grows to {Size}", claim.Key, size);
            return null;
        }
        catch (KubernetesApiException e)
            when (e is { Kind: KubernetesErrorKind.Forbidden or KubernetesErrorKind.Invalid, IsUidMismatch: false })
        {
            // The first line: the rest is a dump of the claim.
            return e.Message.Split('\n')[0].TrimEnd();
        }
    }

    private static bool IsOf(PersistentVolumeClaim claim, string template, StatefulSet set)
    {
        var prefix = $"{template}-{set.Metadata.Name}-";
        var name = claim.Metadata.Name ?? "";
        return name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }
}
