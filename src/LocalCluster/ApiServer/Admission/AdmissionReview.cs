using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;

namespace LocalCluster.ApiServer.Admission;

/// <summary>Writes and reads <c>admission.k8s.io/v1</c> AdmissionReviews.</summary>
internal static class AdmissionReview
{
    private const string ApiVersion = "admission.k8s.io/v1";
    private const string Kind = "AdmissionReview";

    // What a webhook may say at most in warnings, as the real server cuts them.
    private const int MaxWarning = 256;
    private const int MaxWarnings = 4096;

    /// <summary>The <c>request</c> of a review, in the version of a resource that the webhook asked for.</summary>
    public static JsonObject Request(AdmissionRequest request, ApiResource asked, string uid)
    {
        var own = ReferenceEquals(asked, request.Resource);
        var kind = request.OtherKind ?? new(asked.Group, asked.Version, asked.Kind);
        var result = new JsonObject
        {
            ["uid"] = uid,
            ["kind"] = Named(kind.Group, kind.Version, "kind", kind.Kind),
            ["resource"] = Named(asked.Group, asked.Version, "resource", asked.Plural),
        };
        var (originalKind, original) = (request.Kind, request.Resource);
        AddText(result, "subResource", request.Subresource);
        result["requestKind"] = Named(originalKind.Group, originalKind.Version, "kind", originalKind.Kind);
        result["requestResource"] = Named(original.Group, original.Version, "resource", original.Plural);
        AddText(result, "requestSubResource", request.Subresource);
        AddText(result, "name", request.Key.Name);
        AddText(result, "namespace", request.Namespace);
        result["operation"] = request.Operation;
        result["userInfo"] = request.Context.User.Describe();
        result["object"] = Converted(request.Value);
        result["oldObject"] = Converted(request.Old);
        result["dryRun"] = request.Context.DryRun;
        result["options"] = Options(request);
        return result;

        JsonNode? Converted(JsonObject? value) =>
            value is null ? null
            : own || request.OtherKind is not null ? value.DeepClone()
            : Convert(value, request.Resource, asked);
    }

    /// <summary>An object in another version of its resource.</summary>
    public static JsonObject Convert(JsonObject value, ApiResource from, ApiResource to)
    {
        var copy = (JsonObject)value.DeepClone();
        from.Conversion?.ToStorage(copy);
        to.Conversion?.FromStorage(copy);
        copy["apiVersion"] = to.ApiVersion;
        return copy;
    }

    /// <summary>The whole review.</summary>
    public static JsonObject Of(JsonObject request) =>
        new()
        {
            ["kind"] = Kind,
            ["apiVersion"] = ApiVersion,
            ["request"] = request.DeepClone(),
        };

    /// <summary>Reads an answer.</summary>
    /// <exception cref="WebhookFailure">It is none to this request.</exception>
    public static AdmissionVerdict Read(ReadOnlySpan<byte> body, string uid, bool mutating)
    {
        JsonObject review;
        try
        {
            review = JsonReading.ParseObject(body);
        }
        catch (JsonException e)
        {
            throw new WebhookFailure($"the answer is no JSON object: {e.Message}");
        }

        if (review.Str("apiVersion") != ApiVersion || review.Str("kind") != Kind)
        {
            throw new WebhookFailure(
                $"expected webhook response of {ApiVersion}, Kind={Kind}, got {review.Str("apiVersion") ?? "/"}, Kind={review.Str("kind")}"
            );
        }

        var response = review.Obj("response") ?? throw new WebhookFailure("webhook response was absent");
        if (response.Str("uid") != uid)
        {
            throw new WebhookFailure($"expected response.uid=\"{uid}\", got \"{response.Str("uid")}\"");
        }

        if (response["allowed"] is { } flag && response.Bool("allowed") is null)
        {
            throw new WebhookFailure($"response.allowed is no boolean: {flag.ToJsonString()}");
        }

        return new(
            response.Bool("allowed") == true,
            response.Obj("status"),
            Patch(response, mutating),
            Warnings(response)
        );
    }

    private static JsonArray? Patch(JsonObject response, bool mutating)
    {
        var (patch, type) = (response.Str("patch") ?? "", response.Str("patchType"));
        if (!mutating)
        {
            return patch.Length == 0 && type is null
                ? null
                : throw new WebhookFailure(
                    $"validating webhook may not return response.{(patch.Length > 0 ? "patch" : "patchType")}"
                );
        }

        if (patch.Length == 0)
        {
            return type is null
                ? null
                : throw new WebhookFailure("webhook returned response.patchType but not response.patch");
        }

        if (type is null)
        {
            throw new WebhookFailure("webhook returned response.patch but not response.patchType");
        }

        if (type != "JSONPatch")
        {
            throw new WebhookFailure($"webhook returned invalid response.patchType of \"{type}\"");
        }

        try
        {
            return JsonReading.Parse(System.Convert.FromBase64String(patch)) as JsonArray
                ?? throw new WebhookFailure("response.patch is no list of operations");
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new WebhookFailure($"response.patch is not readable: {e.Message}");
        }
    }

    private static List<string> Warnings(JsonObject response)
    {
        var (result, left) = (new List<string>(), MaxWarnings);
        foreach (var warning in response.Strings("warnings"))
        {
            var text = warning.Length > MaxWarning ? warning[..MaxWarning] : warning;
            if (text.Length > left)
            {
                break;
            }

            left -= text.Length;
            result.Add(text);
        }

        return result;
    }

    private static JsonObject? Options(AdmissionRequest request)
    {
        if (request.Operation is AdmissionRequest.Connect)
        {
            return null;
        }

        var options = new JsonObject
        {
            ["kind"] = request.Operation switch
            {
                AdmissionRequest.Create => "CreateOptions",
                AdmissionRequest.Update => "UpdateOptions",
                _ => "DeleteOptions",
            },
            ["apiVersion"] = "meta.k8s.io/v1",
        };
        if (request.Context.DryRun)
        {
            options["dryRun"] = new JsonArray("All");
        }

        if (request.Operation is AdmissionRequest.Delete)
        {
            AddDeletion(options, request.Deletion ?? DeleteOptions.Default);
            return options;
        }

        AddText(options, "fieldManager", request.Context.GivenFieldManager);
        AddText(options, "fieldValidation", request.Context.Validation.ToString());
        return options;
    }

    private static void AddDeletion(JsonObject options, DeleteOptions deletion)
    {
        if (deletion.GracePeriodSeconds is { } seconds)
        {
            options["gracePeriodSeconds"] = seconds;
        }

        AddText(options, "propagationPolicy", deletion.Propagation?.ToString());
        if (deletion.Uid is not null || deletion.ResourceVersion is not null)
        {
            var preconditions = new JsonObject();
            AddText(preconditions, "uid", deletion.Uid);
            AddText(preconditions, "resourceVersion", deletion.ResourceVersion);
            options["preconditions"] = preconditions;
        }
    }

    private static JsonObject Named(string group, string version, string field, string name) =>
        new()
        {
            ["group"] = group,
            ["version"] = version,
            [field] = name,
        };

    private static void AddText(JsonObject target, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            target[name] = text;
        }
    }
}

/// <summary>What a webhook said.</summary>
internal sealed record AdmissionVerdict(
    bool Allowed,
    JsonObject? Status,
    JsonArray? Patch,
    IReadOnlyList<string> Warnings
)
{
    /// <summary>The refusal, in Kubernetes' words around the webhook's.</summary>
    public ApiException Refusal(string webhook)
    {
        var prefix = $"admission webhook \"{webhook}\" denied the request";
        var (message, reason) = (Status.Str("message") ?? "", Status.Str("reason") ?? "");
        var text =
            message.Length > 0 ? $"{prefix}: {message}"
            : reason.Length > 0 ? $"{prefix}: {reason}"
            : $"{prefix} without explanation";
        var code = (int)Math.Max(400, Status.Long("code") ?? 0);
        return new(code, reason, text, Status.Obj("details"));
    }
}

/// <summary>A webhook could not be asked, or did not answer as it should.</summary>
internal sealed class WebhookFailure(string message) : Exception(message);
