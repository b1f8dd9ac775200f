using LocalCluster.ApiServer.Discovery;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.OpenApi;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Security;

namespace LocalCluster.ApiServer.Http;

/// <summary>Answers every request: who, what, may he, do it.</summary>
internal sealed class RequestHandler(
    ResourceRegistry registry,
    Authenticator authenticator,
    Impersonation impersonation,
    RbacAuthorizer authorizer,
    DiscoveryEndpoints discovery,
    OpenApiEndpoints openApi,
    ResourceEndpoints resources,
    SubresourceEndpoints subresources,
    ReviewEndpoints reviews,
    ILogger logger
)
{
    public async Task HandleAsync(HttpContext http)
    {
        if (HttpMethods.IsHead(http.Request.Method))
        {
            // The head alone, however the rest would be written.
            http.Response.Body = Stream.Null;
        }

        try
        {
            await AnswerAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away.
        }
        catch (ApiException e)
        {
            await FailAsync(http, e);
        }
        catch (BadHttpRequestException e)
        {
            await FailAsync(
                http,
                e.StatusCode == 413
                    ? ApiException.TooLarge(RequestBody.MaxBytes)
                    : new(e.StatusCode, "BadRequest", e.Message)
            );
        }
        catch (Exception e)
        {
            logger.LogError(e, "{Method} {Path} failed", http.Request.Method, http.Request.Path);
            await FailAsync(http, ApiException.Internal(e.Message));
        }
    }

    private static async Task FailAsync(HttpContext http, ApiException error)
    {
        if (http.Response.HasStarted)
        {
            http.Abort();
            return;
        }

        if (error.Code == 413 && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            // The rest of the body is not read: nothing else can come over this connection.
            http.Response.Headers.Connection = "close";
        }

        if (error.IsPlain)
        {
            await Answers.TextAsync(http, error.Code, error.Message + "\n");
            return;
        }

        await Answers.JsonAsync(http, error.Code, error.ToStatus());
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value ?? "/";
        var user = authenticator.Authenticate(http);
        user = impersonation.Apply(http.Request, user);
        if (ApiPath.Parse(path) is { } target)
        {
            await ResourceAsync(http, target, user);
            return;
        }

        Authorize(user, new(http.Request.Method.ToLowerInvariant(), "", "", "", "", path));
        if (!await discovery.TryAnswerAsync(http, path) && !await openApi.TryAnswerAsync(http, path))
        {
            throw ApiException.NoSuchPath();
        }
    }

    private async Task ResourceAsync(HttpContext http, ApiPath path, UserInfo user)
    {
        var verb = Verb(http.Request, path);
        var subresource = path.IsProxy ? "proxy" : path.Subresource;
        var fullName = subresource is null ? path.Resource : $"{path.Resource}/{subresource}";
        var @namespace = path.Namespace ?? "";
        if (path is { Group: "", Resource: "namespaces", Name: { } named })
        {
            @namespace = named;
        }

        Authorize(user, new(verb, path.Group, fullName, @namespace, path.Name ?? ""));
        if (registry.FindReview(path.Group, path.Version, path.Resource) is { } review)
        {
            await reviews.AnswerAsync(http, review, path, user);
            return;
        }

        var resource = registry.Find(path.Group, path.Version, path.Resource) ?? throw Nothing(path);
        if (
            (path.Namespace is not null && !resource.Namespaced)
            || (
                path.Namespace is null
                && resource.Namespaced
                && (path.Name is not null || (resource.IsCustom && verb is not ("list" or "watch")))
            )
        )
        {
            throw Nothing(path);
        }

        if (HttpMethods.IsHead(http.Request.Method) && !resource.IsCustom)
        {
            // A real server has no routes for it; custom kinds go another way there.
            throw ApiException.MethodNotAllowed();
        }

        if (resource.DeprecationWarning is { } deprecated)
        {
            Answers.AddWarnings(http, [deprecated]);
        }

        if (path.Subresource is null or "status")
        {
            if (path.Subresource is not null && !resource.HasStatus)
            {
                throw resource.IsCustom
                    ? ApiException.NotFound(resource.GroupResource, path.Name ?? "")
                    : ApiException.NoSuchResource();
            }

            await resources.AnswerAsync(http, resource, path, verb, user);
            return;
        }

        await subresources.AnswerAsync(http, resource, path, verb, user);
    }

    /// <summary>
    /// Kubernetes' own groups are answered with a Status, also those that only real servers have; beyond them there is
    /// nothing, not even that.
    /// </summary>
    private static ApiException Nothing(ApiPath path) =>
        !path.Group.Contains('.', StringComparison.Ordinal) || path.Group.EndsWith(".k8s.io", StringComparison.Ordinal)
            ? ApiException.NoSuchResource()
            : ApiException.NoSuchPath();

    private void Authorize(UserInfo user, AccessRequest request)
    {
        if (!authorizer.Allows(user, request))
        {
            throw RbacAuthorizer.Refusal(user, request);
        }
    }

    private static string Verb(HttpRequest request, ApiPath path) =>
        request.Method switch
        {
            "GET" or "HEAD" when path.Name is not null => "get",
            "GET" or "HEAD" => request.Query.IsSet("watch") ? "watch" : "list",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => path.Name is null ? "deletecollection" : "delete",
            _ => throw ApiException.MethodNotAllowed(),
        };
}
