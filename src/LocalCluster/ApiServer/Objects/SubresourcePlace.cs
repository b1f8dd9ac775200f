using Kubernetes.Models;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Objects;

/// <summary>A subresource of an object, and what is done with it.</summary>
/// <param name="Resource">The resource of the object.</param>
/// <param name="Key">The object, as the URL names it.</param>
/// <param name="Name">Of the subresource.</param>
/// <param name="Operation">CREATE, UPDATE or CONNECT.</param>
internal readonly record struct SubresourcePlace(ApiResource Resource, ObjectKey Key, string Name, string Operation);
