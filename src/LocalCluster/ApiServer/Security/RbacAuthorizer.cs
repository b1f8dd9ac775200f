using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Security;

/// <summary>What somebody wants to do.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection; of a plain path get, post, ….</param>
/// <param name="Group">API group.</param>
/// <param name="Resource">Plural, with <c>/subresource</c>; empty for a plain path.</param>
/// <param name="Namespace">Empty for cluster-scoped resources and all namespaces.</param>
/// <param name="Name">Empty when no object is named.</param>
/// <param name="Path">The plain path; empty for a resource.</param>
internal sealed record AccessRequest(
    string Verb,
    string Group,
    string Resource,
    string Namespace,
    string Name,
    string Path = ""
);

/// <summary>Decides by the stored Role, ClusterRole, RoleBinding and ClusterRoleBinding objects.</summary>
internal sealed class RbacAuthorizer
{
    private const string Group = "rbac.authorization.k8s.io";

    private readonly ResourceStore roles;
    private readonly ResourceStore clusterRoles;
    private readonly ResourceStore bindings;
    private readonly ResourceStore clusterBindings;

    // Parsed roles and bindings, keyed by the version they were parsed from.
    private readonly ConcurrentDictionary<StoredObject, IReadOnlyList<AccessRule>> parsedRoles = new();
    private readonly ConcurrentDictionary<StoredObject, RbacBinding> parsedBindings = new();

    public RbacAuthorizer(ObjectDatabase database)
    {
        roles = database.Find(new(Group, "roles"))!;
        clusterRoles = database.Find(new(Group, "clusterroles"))!;
        bindings = database.Find(new(Group, "rolebindings"))!;
        clusterBindings = database.Find(new(Group, "clusterrolebindings"))!;
        foreach (var store in new[] { roles, clusterRoles, bindings, clusterBindings })
        {
            store.OnChange((_, change) => Forget(change.Previous));
        }
    }

    /// <summary>True when the user may.</summary>
    public bool Allows(UserInfo user, AccessRequest request) =>
        user.IsAdministrator || RulesFor(user, request.Namespace).Any(rule => rule.Allows(request));

    /// <summary>Why the user may, in Kubernetes' words; null when he may not.</summary>
    public string? Explain(UserInfo user, AccessRequest request)
    {
        if (user.IsAdministrator)
        {
            return "";
        }

        foreach (var (stored, @namespace) in BindingsIn(request.Namespace))
        {
            var binding = Binding(stored);
            if (
                binding.Subject(user, @namespace) is { } subject
                && Rules(binding, @namespace).Any(rule => rule.Allows(request))
            )
            {
                var name =
                    @namespace.Length == 0
                        ? $"ClusterRoleBinding \"{stored.Key.Name}\""
                        : $"RoleBinding \"{stored.Key.Name}/{@namespace}\"";
                var who = subject.Kind == "ServiceAccount" ? $"{subject.Name}/{subject.Namespace}" : subject.Name;
                return $"RBAC: allowed by {name} of {binding.RoleKind} \"{binding.RoleName}\" to {subject.Kind} \"{who}\"";
            }
        }

        return null;
    }

    /// <summary>All rules that hold for a user in a namespace (empty: cluster-wide ones alone).</summary>
    public IEnumerable<AccessRule> RulesFor(UserInfo user, string @namespace)
    {
        foreach (var (stored, scope) in BindingsIn(@namespace))
        {
            var binding = Binding(stored);
            if (binding.Subject(user, scope) is not null)
            {
                foreach (var rule in Rules(binding, scope))
                {
                    yield return rule;
                }
            }
        }
    }

    /// <summary>The rules of a role that a binding in a namespace refers to.</summary>
    public IReadOnlyList<AccessRule> RulesOf(JsonObject? roleRef, string @namespace) =>
        Rules(new RbacBinding(roleRef.Str("kind") ?? "", roleRef.Str("name") ?? "", []), @namespace);

    /// <summary>Why a request is refused, in Kubernetes' words.</summary>
    public static ApiException Refusal(UserInfo user, AccessRequest request)
    {
        if (request.Path.Length > 0)
        {
            return ApiException.ForbiddenPath(
                $"forbidden: User \"{user.Name}\" cannot {request.Verb} path \"{request.Path}\""
            );
        }

        var scope = request.Namespace.Length > 0 ? $"in the namespace \"{request.Namespace}\"" : "at the cluster scope";
        return ApiException.Forbidden(
            new(request.Group, request.Resource.Split('/')[0]),
            request.Name,
            $"User \"{user.Name}\" cannot {request.Verb} resource \"{request.Resource}\" in API group \"{request.Group}\" {scope}"
        );
    }

    /// <summary>The bindings that hold in a namespace, with the namespace of each: empty for the cluster's.</summary>
    private IEnumerable<(StoredObject Binding, string Namespace)> BindingsIn(string @namespace)
    {
        var everywhere = clusterBindings.TakeSnapshot().Select(null, null).Select(stored => (stored, ""));
        return @namespace.Length == 0
            ? everywhere
            : everywhere.Concat(
                bindings.TakeSnapshot().Select(@namespace, null).Select(stored => (stored, @namespace))
            );
    }

    private IReadOnlyList<AccessRule> Rules(RbacBinding binding, string @namespace)
    {
        var role =
            binding.RoleKind == "Role"
                ? roles.Find(new ObjectKey(@namespace, binding.RoleName))
                : clusterRoles.Find(new ObjectKey("", binding.RoleName));
        return role is null ? [] : parsedRoles.GetOrAdd(role, static stored => AccessRule.ReadAll(stored.ToJson()));
    }

    private RbacBinding Binding(StoredObject stored) =>
        parsedBindings.GetOrAdd(stored, static stored => RbacBinding.Read(stored.ToJson()));

    private void Forget(StoredObject? stored)
    {
        if (stored is not null)
        {
            parsedRoles.TryRemove(stored, out _);
            parsedBindings.TryRemove(stored, out _);
        }
    }
}

/// <summary>Who is given which role.</summary>
internal sealed record RbacBinding(string RoleKind, string RoleName, IReadOnlyList<RbacSubject> Subjects)
{
    public static RbacBinding Read(JsonObject value) =>
        new(
            value.Obj("roleRef").Str("kind") ?? "",
            value.Obj("roleRef").Str("name") ?? "",
            [
                .. value
                    .Objects("subjects")
                    .Select(subject => new RbacSubject(
                        subject.Str("kind") ?? "",
                        subject.Str("namespace") ?? "",
                        subject.Str("name") ?? ""
                    )),
            ]
        );

    /// <summary>The subject that a user is; null when the binding is not his.</summary>
    public RbacSubject? Subject(UserInfo user, string @namespace) =>
        Subjects.FirstOrDefault(subject =>
            subject.Kind switch
            {
                "User" => subject.Name == user.Name,
                "Group" => user.Groups.Contains(subject.Name, StringComparer.Ordinal),
                "ServiceAccount" => user.Name
                    == $"system:serviceaccount:{(subject.Namespace.Length > 0 ? subject.Namespace : @namespace)}:{subject.Name}",
                _ => false,
            }
        );
}

/// <summary>A user, group or service account.</summary>
internal sealed record RbacSubject(string Kind, string Namespace, string Name);
