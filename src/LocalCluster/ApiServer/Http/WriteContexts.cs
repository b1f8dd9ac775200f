using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Objects;

namespace LocalCluster.ApiServer.Http;

/// <summary>Reads how a write is to be made off its URL and headers.</summary>
internal static class WriteContexts
{
    public static WriteContext Read(HttpRequest request, UserInfo user, bool isApply = false)
    {
        var query = request.Query;
        var issues = new List<FieldIssue>();
        var manager = query["fieldManager"].ToString();
        if (manager.Length == 0)
        {
            if (isApply)
            {
                issues.Add(FieldIssue.Required("fieldManager", "is required for apply patch"));
            }

            manager = request.Headers.UserAgent.ToString().Split('/')[0].Trim();
            manager = manager.Length == 0 ? "unknown" : manager;
        }

        if (manager.Length > 128)
        {
            issues.Add(new("FieldValueTooLong", "fieldManager", "Too long: may not be more than 128 bytes"));
        }

        var dryRun = query["dryRun"].ToString();
        if (dryRun is not ("" or "All"))
        {
            issues.Add(FieldIssue.NotSupported("dryRun", dryRun, "All"));
        }

        var force = query["force"].ToString() is "true" or "1";
        if (force && !isApply)
        {
            issues.Add(FieldIssue.Forbidden("force", "may not be specified for non-apply patch"));
        }

        var validation = query["fieldValidation"].ToString();
        if (validation is not ("" or "Ignore" or "Warn" or "Strict"))
        {
            issues.Add(FieldIssue.NotSupported("fieldValidation", validation, "Ignore", "Strict", "Warn"));
        }

        if (issues.Count > 0)
        {
            throw ApiException.Invalid(
                "meta.k8s.io",
                request.Method == "PATCH" ? "PatchOptions" : "UpdateOptions",
                "",
                issues
            );
        }

        return new()
        {
            User = user,
            FieldManager = manager,
            GivenFieldManager = query["fieldManager"].ToString(),
            Aborted = request.HttpContext.RequestAborted,
            DryRun = dryRun == "All",
            Force = force,
            IsPatch = request.Method == "PATCH" && !isApply,
            Validation = validation switch
            {
                "Strict" => FieldValidation.Strict,
                "Ignore" => FieldValidation.Ignore,
                _ => FieldValidation.Warn,
            },
        };
    }

    /// <summary>The context of a deletion.</summary>
    public static WriteContext Delete(HttpRequest request, UserInfo user, DeleteOptions options) =>
        new()
        {
            User = user,
            FieldManager = "",
            DryRun = options.DryRun,
            Aborted = request.HttpContext.RequestAborted,
        };

    /// <summary>Takes note of fields that are written twice.</summary>
    public static Action<string>? OnDuplicate(WriteContext context) =>
        context.Validation == FieldValidation.Ignore ? null : context.Duplicates.Add;
}
