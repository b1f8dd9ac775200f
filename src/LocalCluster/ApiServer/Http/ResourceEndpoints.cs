using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Objects;
using LocalCluster.ApiServer.Resources;
using LocalCluster.ApiServer.Selectors;
using LocalCluster.ApiServer.Storage;
using LocalCluster.ApiServer.Tables;

namespace LocalCluster.ApiServer.Http;

/// <summary>The verbs on objects, their collections and their status.</summary>
internal sealed class ResourceEndpoints(
    ObjectCreator creator,
    ObjectUpdater updater,
    ObjectPatcher patcher,
    ObjectDeleter deleter,
    ListWriter lists,
    WatchWriter watches,
    TimeProvider clock,
    CancellationToken stopping
)
{
    public Task AnswerAsync(HttpContext http, ApiResource resource, ApiPath path, string verb, UserInfo user) =>
        verb switch
        {
            "get" => GetAsync(http, resource, Key(path)),
            "list" => lists.WriteAsync(
                http,
                resource,
                Selector(http, resource, path),
                Negotiation.ReadList(http.Request, resource)
            ),
            "watch" => watches.WriteAsync(
                http,
                resource,
                Selector(http, resource, path),
                Negotiation.ReadSingle(http.Request, resource),
                stopping
            ),
            "create" when path.Name is null || (resource.IsCustom && path.Subresource is null) => CreateAsync(
                http,
                resource,
                path,
                user
            ),
            "update" when path.Name is not null => ReplaceAsync(http, resource, path, user),
            "patch" when path.Name is not null => PatchAsync(http, resource, path, user),
            "update" or "patch" when resource.IsCustom => throw ApiException.BadRequest("name must be provided"),
            "create" or "delete" when path.Subresource is not null && resource.IsCustom =>
                throw ApiException.NotSupported(verb, resource.GroupResource),
            "delete" when path.Subresource is null => DeleteAsync(http, resource, path, user),
            "deletecollection" when path.Subresource is null && (path.Namespace is not null || !resource.Namespaced) =>
                DeleteAllAsync(http, resource, path, user),
            _ => throw ApiException.MethodNotAllowed(),
        };

    /// <summary>Answers with an object in the form that the client wants.</summary>
    public async Task ObjectAsync(HttpContext http, ApiResource resource, StoredObject stored, int code)
    {
        var form = Negotiation.ReadSingle(http.Request, resource);
        switch (form.Kind)
        {
            case FormKind.Table:
                var include = TableWriter.CheckInclude(http.Request.Query);
                var value = ObjectPipeline.Serve(resource, stored);
                var row = TableWriter.Row(resource.Columns, value, include, clock.GetUtcNow());
                var metadata = new JsonObject { ["resourceVersion"] = $"{stored.ResourceVersion}" };
                await Answers.JsonAsync(
                    http,
                    code,
                    TableWriter.Table(form.ApiVersion, metadata, TableWriter.Definitions(resource.Columns), [row])
                );
                break;
            case FormKind.Partial:
                await Answers.JsonAsync(http, code, TableWriter.Partial(stored.ToJson(), form.ApiVersion));
                break;
            default:
                await Answers.JsonAsync(http, code, ListWriter.Bytes(resource, stored), form.MediaType);
                break;
        }
    }

    private static ObjectKey Key(ApiPath path) => new(path.Namespace ?? "", path.Name ?? "");

    private static ObjectSelector Selector(HttpContext http, ApiResource resource, ApiPath path)
    {
        var query = http.Request.Query;
        return new(
            resource.Store,
            resource.Namespaced ? path.Namespace : null,
            query["labelSelector"].ToString(),
            query["fieldSelector"].ToString(),
            resource.FieldAliases,
            resource.IsCustom
        );
    }

    private async Task GetAsync(HttpContext http, ApiResource resource, ObjectKey key)
    {
        if (ListOptions.VersionOfGet(http.Request.Query) is { } version)
        {
            var current = resource.Store.TakeSnapshot().Version;
            if (version > current)
            {
                throw ApiException.TooLargeResourceVersion(version, current);
            }
        }

        var stored = resource.Store.Find(key) ?? throw ApiException.NotFound(resource.GroupResource, key.Name);
        await ObjectAsync(http, resource, stored, 200);
    }

    private async Task CreateAsync(HttpContext http, ApiResource resource, ApiPath path, UserInfo user)
    {
        if (resource.Namespaced && path.Namespace is null)
        {
            throw ApiException.MethodNotAllowed();
        }

        if (resource.IsTerminating)
        {
            throw ApiException.Forbidden(
                resource.GroupResource,
                "",
                "create not allowed while custom resource definition is terminating"
            );
        }

        var context = WriteContexts.Read(http.Request, user);
        var body = await RequestBody.ReadObjectAsync(http, resource.Kind, WriteContexts.OnDuplicate(context));
        var stored = await creator.CreateAsync(resource, path.Namespace ?? "", body, context);
        Answers.AddWarnings(http, context.Warnings);
        await ObjectAsync(http, resource, stored, 201);
    }

    private async Task ReplaceAsync(HttpContext http, ApiResource resource, ApiPath path, UserInfo user)
    {
        var context = WriteContexts.Read(http.Request, user);
        var body = await RequestBody.ReadObjectAsync(http, resource.Kind, WriteContexts.OnDuplicate(context));
        var stored = await updater.ReplaceAsync(resource, Key(path), path.Subresource, body, context);
        Answers.AddWarnings(http, context.Warnings);
        await ObjectAsync(http, resource, stored, 200);
    }

    private async Task PatchAsync(HttpContext http, ApiResource resource, ApiPath path, UserInfo user)
    {
        var type = RequestBody.MediaType(http.Request);
        var context = WriteContexts.Read(http.Request, user, isApply: type == ObjectPatcher.ApplyPatchType);
        var body = await RequestBody.ReadAsync(http);
        var (stored, created) = await patcher.PatchAsync(resource, Key(path), path.Subresource, type, body, context);
        Answers.AddWarnings(http, context.Warnings);
        await ObjectAsync(http, resource, stored, created ? 201 : 200);
    }

    private async Task DeleteAsync(HttpContext http, ApiResource resource, ApiPath path, UserInfo user)
    {
        var options = await ReadOptionsAsync(http);
        var key = Key(path);
        if (resource.Strategy.RefusesDeletion(key.Name) is { } why)
        {
            throw ApiException.Forbidden(resource.GroupResource, key.Name, why);
        }

        var context = WriteContexts.Delete(http.Request, user, options);
        var deleted = await deleter.DeleteAsync(resource, key, options, context);
        Answers.AddWarnings(http, context.Warnings);
        if (!deleted.Gone || resource is { Group: "", Plural: "pods" })
        {
            await ObjectAsync(http, resource, deleted.Object, 200);
            return;
        }

        var details = new JsonObject { ["name"] = key.Name };
        if (resource.Group.Length > 0)
        {
            details["group"] = resource.Group;
        }

        details["kind"] = resource.Plural;
        details["uid"] = deleted.Object.Uid;
        await Answers.JsonAsync(
            http,
            200,
            new JsonObject
            {
                ["kind"] = "Status",
                ["apiVersion"] = "v1",
                ["metadata"] = new JsonObject(),
                ["status"] = "Success",
                ["details"] = details,
            }
        );
    }

    private async Task DeleteAllAsync(HttpContext http, ApiResource resource, ApiPath path, UserInfo user)
    {
        var options = await ReadOptionsAsync(http);
        var context = WriteContexts.Delete(http.Request, user, options);
        var page = ListPage.Read(resource, Selector(http, resource, path), http.Request.Query);
        await deleter.DeleteAllAsync(resource, page.Items, options, context);

        // As they were listed, not as they are left.
        var items = new JsonArray([.. page.Items.Select(item => ObjectPipeline.Serve(resource, item))]);
        Answers.AddWarnings(http, context.Warnings);
        await Answers.JsonAsync(
            http,
            200,
            new JsonObject
            {
                ["kind"] = resource.ListKind,
                ["apiVersion"] = resource.ApiVersion,
                ["metadata"] = ListWriter.Metadata(resource, page, Negotiation.ReadList(http.Request, resource)),
                ["items"] = items,
            }
        );
    }

    private static async Task<DeleteOptions> ReadOptionsAsync(HttpContext http)
    {
        var body = await RequestBody.TryReadOptionsAsync(http);
        return DeleteOptions.Read(
            body,
            name => http.Request.Query[name].ToString() is { Length: > 0 } text ? text : null
        );
    }
}
