using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Security;

/// <summary>Nobody can give what he does not have: the rules of a written role, or of a bound one, must be the writer's.</summary>
internal sealed class EscalationCheck(RbacAuthorizer authorizer) : IWriteCheck
{
    private const string Group = "rbac.authorization.k8s.io";

    public void Check(ApiResource resource, JsonObject value, JsonObject? old, WriteContext context)
    {
        if (resource.Group != Group || context.User.IsAdministrator)
        {
            return;
        }

        var (@namespace, name) = (value.Metadata().Str("namespace") ?? "", value.Metadata().Str("name") ?? "");
        if (resource.Kind is "Role" or "ClusterRole")
        {
            if (
                old is not null
                && JsonAccess.Same(value["rules"], old["rules"])
                && JsonAccess.Same(value["aggregationRule"], old["aggregationRule"])
            )
            {
                return;
            }

            var may = new AccessRequest("escalate", Group, resource.Plural, @namespace, name);
            if (!authorizer.Allows(context.User, may))
            {
                Require(AccessRule.ReadAll(value), resource, name, @namespace, context);
                RequireAllToAggregate(value, resource, name, context);
            }

            return;
        }

        var roleRef = value.Obj("roleRef");
        if (old is not null && JsonAccess.Same(value["subjects"], old["subjects"]))
        {
            return;
        }

        var plural = roleRef.Str("kind") == "Role" ? "roles" : "clusterroles";
        var bind = new AccessRequest("bind", Group, plural, @namespace, roleRef.Str("name") ?? "");
        if (!authorizer.Allows(context.User, bind))
        {
            Require(authorizer.RulesOf(roleRef, @namespace), resource, name, @namespace, context);
        }
    }

    /// <summary>A role that gathers others' rules may come to hold any.</summary>
    private void RequireAllToAggregate(JsonObject value, ApiResource resource, string name, WriteContext context)
    {
        var own = authorizer.RulesFor(context.User, "").ToList();
        if (
            value["aggregationRule"] is not null
            && AccessRule
                .ReadAll(Everything())
                .Any(rule => rule.Requests("").Any(request => !own.Exists(mine => mine.Allows(request))))
        )
        {
            throw ApiException.Forbidden(
                resource.GroupResource,
                name,
                "must have cluster-admin privileges to use the aggregationRule"
            );
        }
    }

    private static JsonObject Everything() =>
        new()
        {
            ["rules"] = new JsonArray(
                new JsonObject
                {
                    ["apiGroups"] = new JsonArray("*"),
                    ["resources"] = new JsonArray("*"),
                    ["verbs"] = new JsonArray("*"),
                },
                new JsonObject { ["nonResourceURLs"] = new JsonArray("*"), ["verbs"] = new JsonArray("*") }
            ),
        };

    private void Require(
        IReadOnlyList<AccessRule> rules,
        ApiResource resource,
        string name,
        string @namespace,
        WriteContext context
    )
    {
        var own = authorizer.RulesFor(context.User, @namespace).ToList();
        var missing = rules
            .Where(rule => rule.Requests(@namespace).Any(request => !own.Exists(mine => mine.Allows(request))))
            .ToList();
        if (missing.Count == 0)
        {
            return;
        }

        var lines = missing.Select(rule =>
            rule.Paths.Count > 0
                ? $"{{NonResourceURLs:[{Quote(rule.Paths)}], Verbs:[{Quote(rule.Verbs)}]}}"
                : $"{{APIGroups:[{Quote(rule.Groups)}], Resources:[{Quote(rule.Resources)}]"
                    + (rule.Names.Count > 0 ? $", ResourceNames:[{Quote(rule.Names)}]" : "")
                    + $", Verbs:[{Quote(rule.Verbs)}]}}"
        );
        throw ApiException.Forbidden(
            resource.GroupResource,
            name,
            $"user \"{context.User.Name}\" (groups=[{Quote(context.User.Groups)}]) is attempting to grant RBAC permissions not currently held:\n{string.Join('\n', lines)}"
        );
    }

    private static string Quote(IReadOnlyList<string> values) =>
        string.Join(" ", values.Select(value => $"\"{value}\""));
}
