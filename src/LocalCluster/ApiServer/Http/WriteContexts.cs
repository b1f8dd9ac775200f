using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Objects;
using LocalCluster.Schema;

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

        AddUnprintable(manager, issues);
        var dryRun = CheckDryRun(query["dryRun"], issues);
        if (query["force"].ToString().Length > 0 && !isApply)
        {
            issues.Add(FieldIssue.Forbidden("force", "may not be specified for non-apply patch"));
        }

        var validation = query["fieldValidation"].ToString();
        if (validation is not ("" or "Ignore" or "Warn" or "Strict"))
        {
            issues.Add(FieldIssue.NotSupported("fieldValidation", validation, "", "Ignore", "Strict", "Warn"));
        }

        if (issues.Count > 0)
        {
            throw ApiException.Invalid(
                "meta.k8s.io",
                request.Method switch
                {
                    "PATCH" => "PatchOptions",
                    "POST" => "CreateOptions",
                    _ => "UpdateOptions",
                },
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
            DryRun = dryRun,
            Force = query.IsSet("force"),
            IsPatch = request.Method == "PATCH" && !isApply,
            Validation = validation switch
            {
                "Strict" => FieldValidation.Strict,
                "Ignore" => FieldValidation.Ignore,
                _ => FieldValidation.Warn,
            },
        };
    }

    /// <summary>True for a dry run; a word that means none is a fault.</summary>
    public static bool CheckDryRun(IEnumerable<string?> words, List<FieldIssue> issues)
    {
        var wanted = words.OfType<string>().Where(word => word.Length > 0).ToList();
        if (wanted.Exists(word => word != "All"))
        {
            issues.Add(FieldIssue.NotSupported("dryRun", wanted, "All"));
        }

        return wanted.Count > 0;
    }

    private static void AddUnprintable(string manager, List<FieldIssue> issues)
    {
        for (var i = 0; i < manager.Length; i++)
        {
            if (char.IsControl(manager[i]))
            {
                issues.Add(
                    new(
                        "FieldValueInvalid",
                        "fieldManager",
                        $"Invalid value: {FieldError.Quote(manager)}: invalid character U+{(int)manager[i]:X4} (at position {i})"
                    )
                );
            }
        }
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

    /// <summary>The context of a connection through the server.</summary>
    public static WriteContext Connect(HttpRequest request, UserInfo user) =>
        new()
        {
            User = user,
            FieldManager = "",
            Aborted = request.HttpContext.RequestAborted,
        };

    /// <summary>Takes note of fields that are written twice.</summary>
    public static Action<string>? OnDuplicate(WriteContext context) =>
        context.Validation == FieldValidation.Ignore
            ? null
            : field => context.Faults.Add($"duplicate field \"{field}\"");
}
