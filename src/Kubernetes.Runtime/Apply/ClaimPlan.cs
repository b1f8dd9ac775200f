using Kubernetes.Models;

namespace Kubernetes.Runtime.Apply;

/// <summary>Claims of one template that are to grow.</summary>
/// <param name="Template">Name of the template.</param>
/// <param name="Size">The size wanted.</param>
internal sealed record ClaimGrowth(string Template, string Size);

/// <summary>
/// What becomes of a StatefulSet's claims when its templates change, the way VictoriaMetrics' operator does it: claims
/// that are to grow are expanded, then the StatefulSet is made anew around its pods. What claims cannot do is left out
/// of the intent and told. Pure.
/// </summary>
/// <param name="Growths">Templates whose claims are to grow.</param>
/// <param name="Deviations">What is left out.</param>
/// <param name="KeepsPods">The pods that run fit the new StatefulSet: the same claims, and its selector finds them.</param>
internal sealed record ClaimPlan(
    IReadOnlyList<ClaimGrowth> Growths,
    IReadOnlyList<ApplyDeviation> Deviations,
    bool KeepsPods
)
{
    public static ClaimPlan Of(StatefulSet live, StatefulSet desired)
    {
        var (before, after) = (TemplatesOf(live), TemplatesOf(desired));
        var growths = new List<ClaimGrowth>();
        var deviations = new List<ApplyDeviation>();
        foreach (var wanted in after)
        {
            if (before.FirstOrDefault(it => it.Metadata.Name == wanted.Metadata.Name) is not { Spec: { } there })
            {
                continue;
            }

            deviations.AddRange(FixedFields(ObjectRef.Of(desired), wanted, there));
            if (Size(wanted.Spec) is not { } size || Size(there) is not { } current)
            {
                continue;
            }

            if (Quantities.Parse(size) > Quantities.Parse(current))
            {
                growths.Add(new ClaimGrowth(wanted.Metadata.Name ?? "", size));
            }
            else if (Quantities.Parse(size) < Quantities.Parse(current))
            {
                deviations.Add(
                    new ApplyDeviation(
                        ObjectRef.Of(desired),
                        ApplyReasons.StorageShrinkRefused,
                        SizeField(wanted.Metadata.Name),
                        $"{size} is wanted and the volumes have {current}; volumes do not shrink, so {current} stays. "
                            + $"Ask for {current} or more"
                    )
                );
            }
        }

        return new ClaimPlan(
            growths,
            deviations,
            SelectsPodsOf(live, desired)
                && before
                    .Select(it => it.Metadata.Name)
                    .ToHashSet(StringComparer.Ordinal)
                    .SetEquals(after.Select(it => it.Metadata.Name))
        );
    }

    /// <summary>The new StatefulSet's selector finds the pods of the old one.</summary>
    public static bool SelectsPodsOf(StatefulSet live, StatefulSet desired)
    {
        var labels = live.Spec?.Template?.Metadata?.Labels;
        return desired.Spec?.Selector is not { } selector
            || (
                selector.MatchExpressions is not { Count: > 0 }
                && (selector.MatchLabels ?? new Dictionary<string, string>()).All(it =>
                    labels?.GetValueOrDefault(it.Key) == it.Value
                )
            );
    }

    /// <summary>The intent without what its claims cannot have: those templates stay as they are.</summary>
    public static StatefulSet Without(IReadOnlyList<ApplyDeviation> deviations, StatefulSet live, StatefulSet desired)
    {
        if (deviations.Count == 0)
        {
            return desired;
        }

        var kept = TemplatesOf(live)
            .Where(it => deviations.Any(deviation => IsIn(deviation.Field, it.Metadata.Name)))
            .ToDictionary(it => it.Metadata.Name ?? "", StringComparer.Ordinal);
        return desired with
        {
            Spec = desired.Spec! with
            {
                VolumeClaimTemplates =
                [
                    .. TemplatesOf(desired).Select(it => kept.GetValueOrDefault(it.Metadata.Name ?? "", it)),
                ],
            },
        };
    }

    public static string SizeField(string? template) => $"{Field(template)}.spec.resources.requests.storage";

    public static string? Size(PersistentVolumeClaimSpec? claim) =>
        claim?.Resources?.Requests?.GetValueOrDefault("storage");

    private static IEnumerable<ApplyDeviation> FixedFields(
        ObjectRef reference,
        PersistentVolumeClaim wanted,
        PersistentVolumeClaimSpec there
    )
    {
        var (name, spec) = (wanted.Metadata.Name, wanted.Spec);
        if (spec?.StorageClassName is { } to && to != there.StorageClassName)
        {
            yield return Fixed("storageClassName", to, there.StorageClassName ?? "the default class");
        }

        if (spec?.VolumeMode is { } mode && mode != (there.VolumeMode ?? "Filesystem"))
        {
            yield return Fixed("volumeMode", mode, there.VolumeMode ?? "Filesystem");
        }

        if (spec?.AccessModes is { } modes && !modes.SequenceEqual(there.AccessModes ?? [], StringComparer.Ordinal))
        {
            yield return Fixed("accessModes", string.Join(", ", modes), string.Join(", ", there.AccessModes ?? []));
        }

        ApplyDeviation Fixed(string field, string value, string old) =>
            new(
                reference,
                ApplyReasons.ImmutableField,
                $"{Field(name)}.spec.{field}",
                $"{value} is wanted and the claims have {old}, which cannot be changed; {old} stays. To have it, "
                    + "delete the StatefulSet and its claims (their data is lost): both are made anew"
            );
    }

    private static IReadOnlyList<PersistentVolumeClaim> TemplatesOf(StatefulSet set) =>
        set.Spec?.VolumeClaimTemplates ?? [];

    private static string Field(string? template) => $"spec.volumeClaimTemplates[{template}]";

    private static bool IsIn(string field, string? template) =>
        field.StartsWith(Field(template) + ".", StringComparison.Ordinal);
}
