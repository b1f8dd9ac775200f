using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Security;

namespace LocalCluster.ApiServer.Http;

/// <summary>Answers "who am I", "may I" and "whose token is this".</summary>
internal sealed class ReviewEndpoints(RbacAuthorizer authorizer, ServiceAccountTokens tokens)
{
    public async Task AnswerAsync(HttpContext http, ReviewResource review, ApiPath path, UserInfo user)
    {
        if (!HttpMethods.IsPost(http.Request.Method) || path.Name is not null)
        {
            throw ApiException.MethodNotAllowed();
        }

        var body = await RequestBody.ReadObjectAsync(http, review.Kind);
        body["kind"] = review.Kind;
        body["apiVersion"] = $"{review.Group}/{review.Version}";
        body.Metadata();
        var spec = body.Ensure("spec");
        body["status"] = review.Kind switch
        {
            "SelfSubjectReview" => new JsonObject { ["userInfo"] = user.Describe() },
            "SelfSubjectAccessReview" => Decide(review, body, path, user),
            "SubjectAccessReview" => Decide(review, body, path, Subject(spec)),
            "LocalSubjectAccessReview" => Decide(review, body, path, Subject(spec)),
            "SelfSubjectRulesReview" => Rules(spec, user),
            "TokenReview" => ReviewToken(spec),
            _ => throw ApiException.NotImplemented(review.Kind),
        };
        await Answers.JsonAsync(http, 201, body);
    }

    private static UserInfo Subject(JsonObject spec) =>
        new(spec.Str("user") ?? "", spec.Str("uid") ?? "", spec.Strings("groups"))
        {
            Extra = (spec.Obj("extra") ?? []).ToDictionary(
                entry => entry.Key,
                entry => (IReadOnlyList<string>)spec.Obj("extra").Strings(entry.Key),
                StringComparer.Ordinal
            ),
        };

    private JsonObject Decide(ReviewResource review, JsonObject body, ApiPath path, UserInfo user)
    {
        var spec = body.Ensure("spec");
        var local = review.Kind == "LocalSubjectAccessReview";
        Check(review, body, spec, local ? path.Namespace : null);
        var request = spec.Obj("resourceAttributes") is { } resource
            ? Request(resource, local ? path.Namespace : null)
            : new AccessRequest(
                spec.Obj("nonResourceAttributes").Str("verb") ?? "",
                "",
                "",
                "",
                "",
                spec.Obj("nonResourceAttributes").Str("path") ?? ""
            );
        var reason = authorizer.Explain(user, request);
        var status = new JsonObject { ["allowed"] = reason is not null };
        if (!string.IsNullOrEmpty(reason))
        {
            status["reason"] = reason;
        }

        return status;
    }

    private static void Check(ReviewResource review, JsonObject body, JsonObject spec, string? @namespace)
    {
        var (resource, path) = (spec.Obj("resourceAttributes"), spec.Obj("nonResourceAttributes"));
        var issues = new List<FieldIssue>();
        if (resource is not null && path is not null)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.nonResourceAttributes",
                    path,
                    "cannot be specified in combination with resourceAttributes"
                )
            );
        }
        else if (resource is null && path is null)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.resourceAttributes",
                    (JsonNode?)null,
                    "exactly one of nonResourceAttributes or resourceAttributes must be specified"
                )
            );
        }

        if (
            review.Kind != "SelfSubjectAccessReview"
            && string.IsNullOrEmpty(spec.Str("user"))
            && spec.Strings("groups").Count == 0
        )
        {
            issues.Add(FieldIssue.Invalid("spec.user", "", "at least one of user or group must be specified"));
        }

        if (@namespace is not null && path is not null)
        {
            issues.Add(FieldIssue.Invalid("spec.nonResourceAttributes", path, "disallowed on this kind of request"));
        }

        if (@namespace is not null && resource is not null && (resource.Str("namespace") ?? "") != @namespace)
        {
            issues.Add(
                FieldIssue.Invalid(
                    "spec.resourceAttributes.namespace",
                    resource.Str("namespace") ?? "",
                    "must match metadata.namespace"
                )
            );
        }

        if (issues.Count > 0)
        {
            // Without the kind, as a real server says it.
            throw ApiException.Invalid("authorization.k8s.io", "", body.Metadata().Str("name") ?? "", issues);
        }
    }

    private static AccessRequest Request(JsonObject resource, string? @namespace)
    {
        var name = resource.Str("resource") ?? "";
        if (resource.Str("subresource") is { Length: > 0 } sub)
        {
            name += "/" + sub;
        }

        return new(
            resource.Str("verb") ?? "",
            resource.Str("group") ?? "",
            name,
            @namespace ?? resource.Str("namespace") ?? "",
            resource.Str("name") ?? ""
        );
    }

    private JsonObject Rules(JsonObject spec, UserInfo user)
    {
        var (resources, paths) = (new JsonArray(), new JsonArray());
        var rules = user.IsAdministrator
            ? [new AccessRule(["*"], ["*"], ["*"], [], []), new AccessRule(["*"], [], [], [], ["*"])]
            : authorizer.RulesFor(user, spec.Str("namespace") ?? "");
        foreach (var rule in rules)
        {
            if (rule.Paths.Count > 0)
            {
                paths.Add(
                    (JsonNode)
                        new JsonObject
                        {
                            ["verbs"] = rule.Verbs.ToJsonArray(),
                            ["nonResourceURLs"] = rule.Paths.ToJsonArray(),
                        }
                );
                continue;
            }

            var entry = new JsonObject
            {
                ["verbs"] = rule.Verbs.ToJsonArray(),
                ["apiGroups"] = rule.Groups.ToJsonArray(),
                ["resources"] = rule.Resources.ToJsonArray(),
            };
            if (rule.Names.Count > 0)
            {
                entry["resourceNames"] = rule.Names.ToJsonArray();
            }

            resources.Add((JsonNode)entry);
        }

        return new()
        {
            ["resourceRules"] = resources,
            ["nonResourceRules"] = paths,
            ["incomplete"] = false,
        };
    }

    private JsonObject ReviewToken(JsonObject spec)
    {
        var audiences = spec.Strings("audiences");
        if (audiences.Count == 0)
        {
            audiences = [ServiceAccountTokens.Issuer];
        }

        if (tokens.Read(spec.Str("token") ?? "", audiences) is not { } identity)
        {
            return new()
            {
                ["user"] = new JsonObject(),
                ["error"] = "the token is not valid for the requested audiences",
            };
        }

        return new()
        {
            ["authenticated"] = true,
            ["user"] = identity.ToUser().Describe(),
            ["audiences"] = audiences.ToJsonArray(),
        };
    }
}
