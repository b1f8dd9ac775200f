using System.Text.Json.Nodes;

namespace LocalCluster.ApiServer.Errors;

/// <summary>An answer that is no success, as the <c>metav1.Status</c> body Kubernetes gives for it.</summary>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details = null)
    : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    /// <summary>The answer is the message as plain text, not a Status.</summary>
    public bool IsPlain { get; init; }

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
        {
            status["reason"] = Reason;
        }

        if (details is not null)
        {
            status["details"] = details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }

    public static ApiException NotFound(GroupResource resource, string name) =>
        new(404, "NotFound", $"{resource} \"{name}\" not found", Details(resource, name));

    public static ApiException NoSuchResource() =>
        new(404, "NotFound", "the server could not find the requested resource", new JsonObject());

    /// <summary>There is nothing at the path at all: said in plain text.</summary>
    public static ApiException NoSuchPath() => new(404, "NotFound", "404 page not found") { IsPlain = true };

    public static ApiException AlreadyExists(GroupResource resource, string name, string before = "") =>
        new(409, "AlreadyExists", $"{before}{resource} \"{name}\" already exists", Details(resource, name));

    public static ApiException Conflict(GroupResource resource, string name, string why) =>
        new(409, "Conflict", $"Operation cannot be fulfilled on {resource} \"{name}\": {why}", Details(resource, name));

    public static ApiException Modified(GroupResource resource, string name) =>
        Conflict(
            resource,
            name,
            "the object has been modified; please apply your changes to the latest version and try again"
        );

    public static ApiException ApplyConflict(string message, JsonArray causes) =>
        new(409, "Conflict", message, new JsonObject { ["causes"] = causes });

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    /// <summary>Something that should not happen.</summary>
    public static ApiException Internal(string why) =>
        new(
            500,
            "InternalError",
            $"Internal error occurred: {why}",
            new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = why }) }
        );

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiException Forbidden(GroupResource resource, string name, string why) =>
        new(403, "Forbidden", $"{Subject(resource, name)} is forbidden: {why}", Details(resource, name));

    public static ApiException ForbiddenPath(string why) => new(403, "Forbidden", why, new JsonObject());

    public static ApiException MethodNotAllowed() =>
        new(
            405,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
            new JsonObject()
        );

    /// <summary>A verb that the kind or its subresource does not have.</summary>
    public static ApiException NotSupported(string verb, GroupResource resource) =>
        new(
            405,
            "MethodNotAllowed",
            $"{verb} is not supported on resources of kind \"{resource}\"",
            Details(resource, "")
        );

    public static ApiException NotImplemented(string what) =>
        new(501, "NotImplemented", $"this server does not implement {what}");

    public static ApiException NotAcceptable() =>
        new(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml");

    /// <summary>One object was asked for where there are many, or the other way round.</summary>
    public static ApiException NotAcceptable(string why) => new(406, "NotAcceptable", why);

    public static ApiException UnsupportedMediaType(params string[] supported) =>
        new(
            415,
            "UnsupportedMediaType",
            $"the body of the request was in an unknown format - accepted media types include: {string.Join(", ", supported)}"
        );

    public static ApiException TooLarge(long limit) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}");

    public static ApiException Expired(string message) => new(410, "Expired", message);

    public static ApiException TooLargeResourceVersion(long requested, long current) =>
        new(
            504,
            "Timeout",
            $"Timeout: Too large resource version: {requested}, current: {current}",
            new JsonObject
            {
                ["causes"] = new JsonArray(
                    new JsonObject
                    {
                        ["reason"] = "ResourceVersionTooLarge",
                        ["message"] = "Too large resource version",
                    }
                ),
                ["retryAfterSeconds"] = 1,
            }
        );

    public static ApiException Invalid(string group, string kind, string name, IReadOnlyList<FieldIssue> issues)
    {
        var causes = new JsonArray();
        foreach (var issue in issues)
        {
            causes.Add(
                (JsonNode)
                    new JsonObject
                    {
                        ["reason"] = issue.Reason,
                        ["message"] = issue.Message,
                        ["field"] = issue.Field,
                    }
            );
        }

        var texts = issues.Select(issue => issue.ToString()).Distinct(StringComparer.Ordinal).ToArray();
        var all = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        var details = Details(new(group, kind), name);
        details["causes"] = causes;
        var subject = group.Length > 0 ? $"{kind}.{group}" : kind;
        return new(422, "Invalid", $"{subject} \"{name}\" is invalid: {all}", details);
    }

    private static string Subject(GroupResource resource, string name) =>
        name.Length == 0 ? resource.ToString() : $"{resource} \"{name}\"";

    private static JsonObject Details(GroupResource resource, string name)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (resource.Group.Length > 0)
        {
            details["group"] = resource.Group;
        }

        details["kind"] = resource.Resource;
        return details;
    }
}

/// <summary>Names a resource regardless of its version, written <c>plural.group</c> as in error messages.</summary>
internal readonly record struct GroupResource(string Group, string Resource)
{
    public override string ToString() => Group.Length == 0 ? Resource : $"{Resource}.{Group}";
}
