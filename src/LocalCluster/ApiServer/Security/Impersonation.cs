using LocalCluster.ApiServer.Errors;

namespace LocalCluster.ApiServer.Security;

/// <summary><c>kubectl --as</c>: who may, is taken for somebody else.</summary>
internal sealed class Impersonation(RbacAuthorizer authorizer)
{
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string Group = "authentication.k8s.io";

    public UserInfo Apply(HttpRequest request, UserInfo user)
    {
        var name = request.Headers["Impersonate-User"].ToString();
        var uid = request.Headers["Impersonate-Uid"].ToString();
        var groups = request.Headers["Impersonate-Group"].OfType<string>().ToList();
        var extra = Extra(request.Headers);
        if (name.Length == 0)
        {
            return groups.Count == 0 && uid.Length == 0 && extra.Count == 0
                ? user
                : throw new ApiException(
                    500,
                    "InternalError",
                    $"Internal Server Error: \"{request.Path}{request.QueryString}\": requested [{string.Join(" ", Requested(groups, uid, extra))}] without impersonating a user"
                )
                {
                    IsPlain = true,
                };
        }

        var account = name.Split(':') is ["system", "serviceaccount", var ns, var own]
            ? (Namespace: ns, Name: own)
            : default;
        Require(
            user,
            account.Name is null
                ? new("impersonate", "", "users", "", name)
                : new("impersonate", "", "serviceaccounts", account.Namespace, account.Name)
        );
        foreach (var group in groups)
        {
            Require(user, new("impersonate", "", "groups", "", group));
        }

        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
            {
                Require(user, new("impersonate", Group, $"userextras/{key}", "", value));
            }
        }

        if (uid.Length > 0)
        {
            Require(user, new("impersonate", Group, "uids", "", uid));
        }

        if (account.Name is not null && groups.Count == 0)
        {
            groups.AddRange(["system:serviceaccounts", $"system:serviceaccounts:{account.Namespace}"]);
        }

        var every = name == UserInfo.Anonymous.Name ? "system:unauthenticated" : "system:authenticated";
        if (!groups.Contains(every))
        {
            groups.Add(every);
        }

        return new(name, uid, groups) { Extra = extra };
    }

    private static Dictionary<string, IReadOnlyList<string>> Extra(IHeaderDictionary headers)
    {
        var extra = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (header, values) in headers)
        {
            if (header.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            {
                // Keys are not case-sensitive, as headers are not; what headers cannot have is percent-encoded.
                var key = Uri.UnescapeDataString(header[ExtraPrefix.Length..].ToLowerInvariant());
                extra[key] = [.. values.OfType<string>()];
            }
        }

        return extra;
    }

    private static IEnumerable<string> Requested(
        List<string> groups,
        string uid,
        Dictionary<string, IReadOnlyList<string>> extra
    )
    {
        foreach (var group in groups)
        {
            yield return $"{{Group  {group}    }}";
        }

        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
            {
                yield return $"{{UserExtra  {value} {key}}}";
            }
        }

        if (uid.Length > 0)
        {
            yield return $"{{UID  {uid}    }}";
        }
    }

    private void Require(UserInfo user, AccessRequest access)
    {
        if (!authorizer.Allows(user, access))
        {
            throw RbacAuthorizer.Refusal(user, access);
        }
    }
}
