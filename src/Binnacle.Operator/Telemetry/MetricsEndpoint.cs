using System.IO.Compression;
using System.Text;
using Kubernetes.Runtime.Telemetry.Collection;
using Kubernetes.Runtime.Telemetry.Exposition;

namespace Binnacle.Operator.Telemetry;

/// <summary><c>/metrics</c>: what was collected, in the format and encoding that the scraper asks for.</summary>
internal static class MetricsEndpoint
{
    /// <summary>Answers one scrape.</summary>
    public static async Task AnswerAsync(HttpContext context, MetricsCollector collector)
    {
        var format = ExpositionFormat.Negotiate(context.Request.Headers.Accept.ToString());
        var text = Encoding.UTF8.GetBytes(ExpositionWriter.Write(collector.Collect(), format));
        var response = context.Response;
        response.ContentType = format.ContentType;
        response.Headers.Vary = "Accept, Accept-Encoding";
        if (TakesGzip(context.Request))
        {
            response.Headers.ContentEncoding = "gzip";
            await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest);
            await gzip.WriteAsync(text, context.RequestAborted);
            return;
        }

        response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await response.Body.WriteAsync(text, context.RequestAborted);
        }
    }

    /// <summary>Named with a quality above zero; <c>*</c> counts only where gzip is not named.</summary>
    private static bool TakesGzip(HttpRequest request)
    {
        var accepted = request.GetTypedHeaders().AcceptEncoding;
        var gzip =
            accepted.FirstOrDefault(it => it.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase))
            ?? accepted.FirstOrDefault(it => it.Value == "*");
        return gzip is not null && gzip.Quality is not 0;
    }
}
