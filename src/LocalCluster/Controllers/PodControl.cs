using Kubernetes.Client;
using Kubernetes.Models;
using Kubernetes.Runtime.Events;
using LocalCluster.Events;

namespace LocalCluster.Controllers;

/// <summary>Creates and deletes the pods of a workload, and tells so.</summary>
internal sealed class PodControl(IKubernetesClient client, EventTeller events)
{
    /// <summary>Makes a pod out of a template.</summary>
    public async Task CreateAsync(
        KubernetesObject owner,
        PodTemplateSpec template,
        string name,
        Func<Pod, Pod> finish,
        CancellationToken cancellationToken
    )
    {
        var metadata = template.Metadata ?? new ObjectMeta();
        var pod = finish(
            new Pod
            {
                Metadata = new ObjectMeta
                {
                    Name = name,
                    Namespace = owner.Metadata.Namespace,
                    Labels = metadata.Labels,
                    Annotations = metadata.Annotations,
                    Finalizers = metadata.Finalizers,
                    OwnerReferences = [owner.AsController()],
                },
                Spec = template.Spec,
            }
        );
        try
        {
            await client.CreateAsync(pod, new WriteOptions(), cancellationToken);
            events.Tell(owner, EventType.Normal, "SuccessfulCreate", "Creating", $"Created pod: {name}");
        }
        catch (KubernetesApiException exception) when (exception.Kind != KubernetesErrorKind.AlreadyExists)
        {
            events.Tell(owner, EventType.Warning, "FailedCreate", "Creating", $"Error creating: {exception.Message}");
            throw;
        }
    }

    /// <summary>Has a pod end.</summary>
    public async Task DeleteAsync(KubernetesObject owner, Pod pod, CancellationToken cancellationToken)
    {
        try
        {
            var request = new DeleteRequest { Uid = pod.Metadata.Uid };
            if (await client.DeleteAsync<Pod>(pod.Key, request, cancellationToken))
            {
                events.Tell(
                    owner,
                    EventType.Normal,
                    "SuccessfulDelete",
                    "Deleting",
                    $"Deleted pod: {pod.Metadata.Name}"
                );
            }
        }
        catch (KubernetesApiException exception) when (exception.Kind == KubernetesErrorKind.Conflict)
        {
            // Another pod has the name: the one we meant is gone.
        }
    }
}
