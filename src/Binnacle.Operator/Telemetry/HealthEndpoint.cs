using Kubernetes.Runtime.Telemetry;

namespace Binnacle.Operator.Telemetry;

/// <summary>
/// <c>/livez</c> and <c>/readyz</c> as the API server has them: 200 <c>ok</c>, or 500 and a list of checks;
/// <c>?verbose</c> lists them always, <c>?exclude=NAME</c> leaves one out, <c>/readyz/NAME</c> asks one.
/// </summary>
/// <remarks>https://kubernetes.io/docs/reference/using-api/health-checks/</remarks>
internal static class HealthEndpoint
{
    /// <summary>Serves it at <c>/NAME</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes, string name, HealthChecks checks)
    {
        routes.MapGet($"/{name}", context => AnswerAsync(context, name, Ask(context, checks)));
        routes.MapGet(
            $"/{name}/{{check}}",
            context =>
            {
                var asked = context.GetRouteValue("check")?.ToString();
                var result = checks.Run().Results.FirstOrDefault(result => result.Name == asked);
                if (result is not null)
                {
                    return AnswerAsync(context, name, new HealthReport([result]));
                }

                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
    }

    private static HealthReport Ask(HttpContext context, HealthChecks checks) =>
        checks.Run([.. context.Request.Query["exclude"].OfType<string>()]);

    private static Task AnswerAsync(HttpContext context, string name, HealthReport report)
    {
        var response = context.Response;
        response.StatusCode = report.IsHealthy ? StatusCodes.Status200OK : StatusCodes.Status500InternalServerError;
        response.ContentType = "text/plain; charset=utf-8";
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-cache, private";
        return response.WriteAsync(
            report.ToText(name, context.Request.Query.ContainsKey("verbose")),
            context.RequestAborted
        );
    }
}
