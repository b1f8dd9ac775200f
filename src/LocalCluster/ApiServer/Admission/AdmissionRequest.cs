using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Admission;

/// <summary>A write that is about to be made, as admission sees it.</summary>
internal sealed record AdmissionRequest
{
    public const string Create = "CREATE";
    public const string Update = "UPDATE";
    public const string Delete = "DELETE";
    public const string Connect = "CONNECT";

    /// <summary>The resource that the request names.</summary>
    public required ApiResource Resource { get; init; }

    /// <summary>Null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public required string Operation { get; init; }

    public required ObjectKey Key { get; init; }

    /// <summary>The object as it is to be; null for a deletion. Mutating steps change it in place.</summary>
    public JsonObject? Value { get; init; }

    /// <summary>The object as it is; null when it is new.</summary>
    public JsonObject? Old { get; init; }

    /// <summary>What a subresource is about when that is not the object.</summary>
    public BodyKind? OtherKind { get; init; }

    public required WriteContext Context { get; init; }

    /// <summary>DeleteOptions as they were sent.</summary>
    public DeleteOptions? Deletion { get; init; }

    /// <summary>The kind of the value.</summary>
    public BodyKind Kind => OtherKind ?? new(Resource.Group, Resource.Version, Resource.Kind);

    /// <summary>The request's namespace: for a Namespace its own name.</summary>
    public string Namespace => Resource is { Group: "", Plural: "namespaces" } ? Key.Name : Key.Namespace;

    public GroupResource GroupResource => Resource.GroupResource;
}

/// <summary>Has a say in writes between the request and the store.</summary>
internal interface IAdmission
{
    /// <summary>May change the value, before it is validated.</summary>
    /// <returns>True when it did.</returns>
    ValueTask<bool> MutateAsync(AdmissionRequest request);

    /// <summary>Lets a valid write pass, or throws.</summary>
    ValueTask ValidateAsync(AdmissionRequest request);
}
