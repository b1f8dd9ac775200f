using Kubernetes.Client;
using Kubernetes.Models;

namespace Kubernetes.Runtime.Tests.Fakes;

internal static class Errors
{
    public static KubernetesApiException NotFound(ResourceType type, ObjectKey key) =>
        new(KubernetesErrorKind.NotFound, $"{type} \"{key}\" not found", 404);

    public static KubernetesApiException Expired(string message) => new(KubernetesErrorKind.Expired, message, 410);

    public static KubernetesApiException Transport() => new(KubernetesErrorKind.Transport, "connection refused");

    public static KubernetesApiException Forbidden() => new(KubernetesErrorKind.Forbidden, "forbidden", 403);

    public static KubernetesApiException Invalid(string field, string reason, string message) =>
        new(
            KubernetesErrorKind.Invalid,
            $"it is invalid: {field}: {message}",
            422,
            new Models.Status
            {
                Reason = "Invalid",
                Code = 422,
                Details = new StatusDetails
                {
                    Causes =
                    [
                        new StatusCause
                        {
                            Field = field,
                            Reason = reason,
                            Message = message,
                        },
                    ],
                },
            }
        );
}
