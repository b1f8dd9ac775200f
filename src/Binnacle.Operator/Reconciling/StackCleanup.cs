using Binnacle.Api;
using Binnacle.Operator.Observing;
using Binnacle.Rendering;
using Binnacle.Rendering.Common;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Reconciling;

/// <summary>
/// What garbage collection cannot do: objects outside the stack's namespace have no owner reference, and claims outlive
/// their StatefulSets. A stack that has such gets a finalizer first, and they are removed before it goes: workloads,
/// what lies elsewhere, claims, and the finalizer last. Each step reads the server itself, for a cache may not have what
/// was made a moment ago.
/// </summary>
internal sealed class StackCleanup(IKubernetesClient client, World world)
{
    /// <summary>Part of the API: it is in users' objects.</summary>
    public const string Finalizer = "binnacle.dev/cleanup";

    private const string Foreground = "Foreground";
    private const string Background = "Background";

    private static readonly WriteOptions Write = new() { FieldManager = OperatorProcess.FieldManager };

    /// <summary>
    /// Writes the finalizer where it is needed. True: nothing may be applied yet, for it was written now, or what the
    /// cache has is old.
    /// </summary>
    public async Task<bool> PrepareAsync(
        MonitoringStack stack,
        DesiredState desired,
        CancellationToken cancellationToken
    )
    {
        var isNeeded =
            desired.Objects.Any(value => value.Metadata.Namespace != stack.Metadata.Namespace)
            || StackClaims.ToDelete(stack).Count > 0;
        if (!isNeeded || Has(stack))
        {
            return false;
        }

        await TryPatchAsync(stack, Finalizers.Add(stack.Metadata, Finalizer), cancellationToken);
        return true;
    }

    /// <summary>
    /// Takes the next steps of removing what a stack that is being deleted leaves behind.
    /// </summary>
    /// <returns>What is waited for; null when nothing of ours holds the stack any more.</returns>
    public async Task<string?> FinishAsync(MonitoringStack stack, CancellationToken cancellationToken)
    {
        var live = await client.FindAsync<MonitoringStack>(stack.Key, cancellationToken);
        if (
            live is null
            || live.Metadata.Uid != stack.Metadata.Uid
            || live.Metadata.DeletionTimestamp is null
            || !Has(live)
        )
        {
            return null;
        }

        var objects = await world.Owned.ReadAsync(live.Key, cancellationToken);
        var workloads = objects.Where(value => IsHome(value, live) && value is StatefulSet or Deployment).ToList();
        // Gone only when their pods are: nothing writes to a volume or uses a right any more.
        await DeleteAsync(workloads, Foreground, cancellationToken);
        if (workloads.Count > 0)
        {
            return $"{NamesOf(workloads)} to end {(workloads.Count == 1 ? "its" : "their")} pods";
        }

        // Bindings first: a right that still has a holder must not lose its description before its holder.
        var elsewhere = objects
            .Where(value => !IsHome(value, live))
            .OrderBy(value => value is RoleBinding ? 0 : 1)
            .ToList();
        await DeleteAsync(elsewhere, Background, cancellationToken);
        if (elsewhere.Any(value => value.Metadata.Finalizers is { Count: > 0 }))
        {
            return $"{NamesOf(elsewhere.Where(value => value.Metadata.Finalizers is { Count: > 0 }))} to be released by other finalizers";
        }

        await DeleteClaimsAsync(live, StackClaims.ToDelete(live), cancellationToken);
        return await TryPatchAsync(live, Finalizers.Remove(live.Metadata, Finalizer), cancellationToken)
            ? null
            : "the finalizers, which somebody else changed just now";
    }

    /// <summary>Deletes the claims of components that were turned off, where the spec says so.</summary>
    public async Task DropUnusedClaimsAsync(
        MonitoringStack stack,
        DesiredState desired,
        CancellationToken cancellationToken
    )
    {
        var unused = StackClaims
            .ToDelete(stack)
            .Where(claims => desired.Components.All(component => component.Name != claims.Component))
            .ToList();
        await DeleteClaimsAsync(stack, unused, cancellationToken);
    }

    private async Task DeleteClaimsAsync(
        MonitoringStack stack,
        IReadOnlyList<ComponentClaims> selections,
        CancellationToken cancellationToken
    )
    {
        foreach (var selection in selections)
        {
            var request = new ListRequest
            {
                Namespace = stack.Metadata.Namespace,
                LabelSelector = selection.LabelSelector,
            };
            var claims = await client.ListAsync<PersistentVolumeClaim>(request, cancellationToken);
            await DeleteAsync(claims.Items, Background, cancellationToken);
        }
    }

    private async Task DeleteAsync(
        IEnumerable<KubernetesObject> objects,
        string propagation,
        CancellationToken cancellationToken
    )
    {
        foreach (var value in objects.Where(value => value.Metadata.DeletionTimestamp is null))
        {
            try
            {
                await client.DeleteAsync(
                    value.GetResourceType(),
                    value.Key,
                    new DeleteRequest { Uid = value.Metadata.Uid, PropagationPolicy = propagation },
                    cancellationToken
                );
            }
            catch (KubernetesApiException e) when (e.Kind == KubernetesErrorKind.Conflict)
            {
                // Another one of its name by now; the next look tells whose.
            }
        }
    }

    /// <summary>False when the stack is no longer what the patch was made for.</summary>
    private async Task<bool> TryPatchAsync(MonitoringStack stack, Patch patch, CancellationToken cancellationToken)
    {
        try
        {
            await client.PatchAsync<MonitoringStack>(stack.Key, patch, Write, cancellationToken);
            return true;
        }
        catch (KubernetesApiException e)
            when (e.Kind is KubernetesErrorKind.Invalid or KubernetesErrorKind.Conflict or KubernetesErrorKind.NotFound)
        {
            return false;
        }
    }

    private static bool Has(MonitoringStack stack) =>
        (stack.Metadata.Finalizers ?? []).Contains(Finalizer, StringComparer.Ordinal);

    private static bool IsHome(KubernetesObject value, MonitoringStack stack) =>
        value.Metadata.Namespace == stack.Metadata.Namespace;

    private static string NamesOf(IEnumerable<KubernetesObject> objects) =>
        string.Join(", ", objects.Select(value => $"{value.GetResourceType().Kind} {value.Key}"));
}
