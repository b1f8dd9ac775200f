using System.Text.Json;
using Binnacle.Api;
using Binnacle.Operator.Observing;
using Binnacle.Rendering;
using Kubernetes.Client;
using Kubernetes.Models;

namespace Binnacle.Operator.Reconciling;

/// <summary>
/// What garbage collection cannot do: objects outside the stack's namespace have no owner reference, so the stack gets
/// a finalizer as soon as there are any, and they are removed before it goes.
/// </summary>
internal sealed class StackCleanup(IKubernetesClient client, World world)
{
    /// <summary>Part of the API: it is in users' objects.</summary>
    public const string Finalizer = "binnacle.dev/cleanup";

    private static readonly WriteOptions Write = new() { FieldManager = "binnacle" };

    /// <summary>Writes the finalizer where it is needed. True: it was written now.</summary>
    public async Task<bool> PrepareAsync(
        MonitoringStack stack,
        DesiredState desired,
        CancellationToken cancellationToken
    )
    {
        var finalizers = stack.Metadata.Finalizers ?? [];
        if (
            finalizers.Contains(Finalizer)
            || desired.Objects.All(value => value.Metadata.Namespace == stack.Metadata.Namespace)
        )
        {
            return false;
        }

        await SetFinalizersAsync(stack, [.. finalizers, Finalizer], cancellationToken);
        return true;
    }

    /// <summary>Removes what has no owner reference, then the finalizer.</summary>
    public async Task FinishAsync(MonitoringStack stack, CancellationToken cancellationToken)
    {
        var finalizers = stack.Metadata.Finalizers ?? [];
        if (!finalizers.Contains(Finalizer))
        {
            return;
        }

        // Bindings first: a right that still has a holder must not lose its description before its holder.
        foreach (var value in world.Owned.Of(stack.Key).Owned().OrderBy(value => value is RoleBinding ? 0 : 1).ToList())
        {
            if (value.Metadata.Namespace != stack.Metadata.Namespace)
            {
                await client.DeleteAsync(
                    value.GetResourceType(),
                    value.Key,
                    new DeleteRequest { Uid = value.Metadata.Uid },
                    cancellationToken
                );
            }
        }

        await SetFinalizersAsync(stack, [.. finalizers.Where(name => name != Finalizer)], cancellationToken);
    }

    /// <summary>With the resourceVersion, so that a finalizer that somebody else adds meanwhile is not lost.</summary>
    private async Task SetFinalizersAsync(
        MonitoringStack stack,
        IReadOnlyList<string> finalizers,
        CancellationToken cancellationToken
    )
    {
        using var buffer = new MemoryStream();
        await using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteString("resourceVersion", stack.Metadata.ResourceVersion);
            json.WriteStartArray("finalizers");
            foreach (var name in finalizers)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        await client.PatchAsync<MonitoringStack>(stack.Key, Patch.Merge(buffer.ToArray()), Write, cancellationToken);
    }
}
