using LocalCluster.ApiServer.Errors;
using Microsoft.Net.Http.Headers;

namespace LocalCluster.ApiServer.Http;

/// <summary>The forms an answer can take.</summary>
internal enum AnswerForm
{
    /// <summary>The objects themselves.</summary>
    Objects,

    /// <summary>A <c>meta.k8s.io/v1 Table</c>.</summary>
    Table,

    /// <summary>Metadata alone.</summary>
    Partial,
}

/// <summary>What the client wants to read.</summary>
internal static class Negotiation
{
    /// <summary>Reads the Accept header.</summary>
    /// <exception cref="ApiException">406: none of the accepted types can be written.</exception>
    public static AnswerForm Read(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || !MediaTypeHeaderValue.TryParseList(accept, out var types) || types.Count == 0)
        {
            return AnswerForm.Objects;
        }

        foreach (var type in types.OrderByDescending(type => type.Quality ?? 1))
        {
            if (!IsJson(type))
            {
                continue;
            }

            switch (Parameter(type, "as"))
            {
                case null:
                    return AnswerForm.Objects;
                case "Table" when Parameter(type, "g") == "meta.k8s.io" && Parameter(type, "v") is "v1" or "v1beta1":
                    return AnswerForm.Table;
                case "PartialObjectMetadata" or "PartialObjectMetadataList" when Parameter(type, "g") == "meta.k8s.io":
                    return AnswerForm.Partial;
                default:
                    continue;
            }
        }

        throw ApiException.NotAcceptable();
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.MediaType.Value is "application/json" or "*/*" or "application/*";

    private static string? Parameter(MediaTypeHeaderValue type, string name) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name == name)?.Value.Value;
}
