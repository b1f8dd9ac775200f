using LocalCluster.ApiServer.Http;

namespace LocalCluster.ApiServer.Security;

/// <summary><c>kubectl --as</c>: who may, is taken for somebody else.</summary>
internal sealed class Impersonation(RbacAuthorizer authorizer)
{
    public UserInfo Apply(HttpRequest request, UserInfo user)
    {
        var name = request.Headers["Impersonate-User"].ToString();
        var groups = request.Headers["Impersonate-Group"];
        if (name.Length == 0)
        {
            return groups.Count == 0
                ? user
                : throw Errors.ApiException.BadRequest("requested groups without impersonating a user");
        }

        Require(user, "users", name);
        foreach (var group in groups)
        {
            Require(user, "groups", group ?? "");
        }

        var all = groups.OfType<string>().ToList();
        if (name.Split(':') is ["system", "serviceaccount", var @namespace, _] && all.Count == 0)
        {
            all.AddRange(["system:serviceaccounts", $"system:serviceaccounts:{@namespace}"]);
        }

        if (name != UserInfo.Anonymous.Name)
        {
            all.Add("system:authenticated");
        }

        return new(name, "", all);
    }

    private void Require(UserInfo user, string resource, string name)
    {
        var access = new AccessRequest("impersonate", "", resource, "", name);
        if (!authorizer.Allows(user, access))
        {
            throw RbacAuthorizer.Refusal(user, access);
        }
    }
}
