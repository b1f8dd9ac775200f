using System.Text.Json.Serialization;

namespace Kubernetes.Models;

/// <summary>Serializers of the built-in kinds, generated at compile time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(TimeConverter)]
)]
[JsonSerializable(typeof(Status))]
[JsonSerializable(typeof(ObjectMeta))]
[JsonSerializable(typeof(ListMeta))]
[JsonSerializable(typeof(Condition))]
[JsonSerializable(typeof(LabelSelector))]
[JsonSerializable(typeof(ConfigMap))]
[JsonSerializable(typeof(Secret))]
[JsonSerializable(typeof(Namespace))]
[JsonSerializable(typeof(ServiceAccount))]
[JsonSerializable(typeof(Service))]
[JsonSerializable(typeof(Endpoints))]
[JsonSerializable(typeof(EndpointSlice))]
[JsonSerializable(typeof(StatefulSet))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(ReplicaSet))]
[JsonSerializable(typeof(ControllerRevision))]
[JsonSerializable(typeof(PodDisruptionBudget))]
[JsonSerializable(typeof(Pod))]
[JsonSerializable(typeof(PersistentVolumeClaim))]
[JsonSerializable(typeof(PersistentVolume))]
[JsonSerializable(typeof(Binding))]
[JsonSerializable(typeof(Role))]
[JsonSerializable(typeof(ClusterRole))]
[JsonSerializable(typeof(RoleBinding))]
[JsonSerializable(typeof(ClusterRoleBinding))]
[JsonSerializable(typeof(TokenRequest))]
[JsonSerializable(typeof(SubjectAccessReview))]
[JsonSerializable(typeof(AdmissionReview))]
[JsonSerializable(typeof(ValidatingWebhookConfiguration))]
[JsonSerializable(typeof(Node))]
[JsonSerializable(typeof(CustomResourceDefinition))]
[JsonSerializable(typeof(Event))]
[JsonSerializable(typeof(Lease))]
public sealed partial class KubernetesJsonContext : JsonSerializerContext;
