using LocalCluster.ApiServer.Errors;
using LocalCluster.ApiServer.Resources;
using Microsoft.Net.Http.Headers;

namespace LocalCluster.ApiServer.Http;

/// <summary>The kinds of things an answer can be made of.</summary>
internal enum FormKind
{
    /// <summary>The objects themselves.</summary>
    Objects,

    /// <summary>A <c>meta.k8s.io Table</c>.</summary>
    Table,

    /// <summary>Metadata alone.</summary>
    Partial,
}

/// <summary>The form of an answer.</summary>
/// <param name="Kind">What it is made of.</param>
/// <param name="MediaType">JSON, which is YAML too.</param>
/// <param name="ApiVersion">The version of a table or of metadata.</param>
internal sealed record AnswerForm(FormKind Kind, string MediaType, string ApiVersion);

/// <summary>What the client wants to read.</summary>
internal static class Negotiation
{
    private const string Json = "application/json";
    private const string Yaml = "application/yaml";
    private const string MetaGroup = "meta.k8s.io";
    private const string List = "PartialObjectMetadataList";
    private const string Single = "PartialObjectMetadata";

    private static readonly AnswerForm Plain = new(FormKind.Objects, Json, "");

    /// <summary>Reads the Accept header of a request for one object or a watch of objects.</summary>
    /// <exception cref="ApiException">406: none of the accepted types can be written.</exception>
    public static AnswerForm ReadSingle(HttpRequest request, ApiResource resource)
    {
        var (form, name) = Read(request);
        return name == List
            ? throw ApiException.NotAcceptable(
                $"you requested {List}, but the requested object is not a list ({GoName(resource, resource.Kind)})"
            )
            : form;
    }

    /// <summary>Reads the Accept header of a request for a list.</summary>
    /// <exception cref="ApiException">406: none of the accepted types can be written.</exception>
    public static AnswerForm ReadList(HttpRequest request, ApiResource resource)
    {
        var (form, name) = Read(request);
        return name == Single
            ? throw ApiException.NotAcceptable(
                $"you requested {Single}, but the requested object is a list ({GoName(resource, resource.ListKind)})"
            )
            : form;
    }

    private static (AnswerForm Form, string? Name) Read(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var types) || types.Count == 0)
        {
            return (Plain, null);
        }

        foreach (var type in types.OrderByDescending(type => type.Quality ?? 1))
        {
            var mediaType = type.MediaType.Value switch
            {
                Json or "*/*" or "application/*" => Json,
                Yaml => Yaml,
                _ => null,
            };
            if (mediaType is null)
            {
                continue;
            }

            var (name, version) = (Parameter(type, "as"), Parameter(type, "v"));
            if (name is null)
            {
                return (Plain with { MediaType = mediaType }, null);
            }

            if (Parameter(type, "g") == MetaGroup && version is "v1" or "v1beta1" && name is "Table" or List or Single)
            {
                var kind = name == "Table" ? FormKind.Table : FormKind.Partial;
                return (new(kind, mediaType, $"{MetaGroup}/{version}"), name);
            }
        }

        throw ApiException.NotAcceptable();
    }

    /// <summary>What Kubernetes calls the type of an object in this message.</summary>
    private static string GoName(ApiResource resource, string kind) =>
        resource.IsCustom
            ? kind == resource.Kind
                ? "*unstructured.Unstructured"
                : "*unstructured.UnstructuredList"
            : $"*{(resource.Group.Length == 0 ? "core" : resource.Group.Split('.')[0])}.{kind}";

    private static string? Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.Value.Value;
}
