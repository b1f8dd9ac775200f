using Kubernetes.Models;

namespace Kubernetes.Runtime.Webhooks;

/// <summary>Decides on requests to change objects. Called concurrently; must change nothing, for requests may be dry runs.</summary>
public interface IAdmissionHandler
{
    /// <summary>
    /// Decides on one request. Whatever it throws becomes an answer of 500 with the request's uid: the webhook's
    /// failurePolicy decides then.
    /// </summary>
    /// <param name="request">The request; its uid is not empty.</param>
    /// <param name="cancellationToken">Fires when the API server waits no longer.</param>
    Task<AdmissionVerdict> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken);
}
