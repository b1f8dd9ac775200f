using System.Globalization;
using System.Net.Mime;
using Kubernetes.Models;
using Kubernetes.Runtime.Telemetry;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Kubernetes.Runtime.Webhooks;

/// <summary>
/// HTTP around one handler. What is no review gets a 4xx in words; what fails inside gets a 500, what takes too long a
/// 504, both with <c>allowed: false</c> and the uid: not being a success, they leave the decision to failurePolicy.
/// </summary>
internal sealed class ReviewEndpoint(
    string path,
    IAdmissionHandler handler,
    WebhookServerOptions options,
    SemaphoreSlim places,
    WebhookInstruments? instruments,
    TimeProvider clock,
    ILogger logger
)
{
    public async Task HandleAsync(HttpContext context)
    {
        instruments?.Started();
        var started = clock.GetTimestamp();
        try
        {
            await ReviewAsync(context);
        }
        finally
        {
            instruments?.Ended(context.Response.StatusCode, clock.GetElapsedTime(started));
        }
    }

    private async Task ReviewAsync(HttpContext context)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = HttpMethods.Post;
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "only POST is answered here");
            return;
        }

        if (!IsJson(context.Request.ContentType))
        {
            await RefuseAsync(
                context,
                StatusCodes.Status415UnsupportedMediaType,
                "Content-Type must be application/json"
            );
            return;
        }

        using var late = new CancellationTokenSource(TimeoutOf(context.Request.Query["timeout"]), clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        AdmissionRequest? request = null;
        var placed = false;
        try
        {
            var body = await ReadAsync(context.Request, ending.Token);
            // After the body: who sends slowly must not keep others from being answered.
            await places.WaitAsync(ending.Token);
            placed = true;
            request = ReviewBody.Read(body.Span, out var problem);
            if (request is null)
            {
                logger.LogWarning("A request to {Path} is no review: {Problem}", path, problem);
                await RefuseAsync(context, StatusCodes.Status400BadRequest, problem!);
                return;
            }

            // A handler that does not look at its token must not hold the answer back.
            var verdict = await handler.ReviewAsync(request, ending.Token).WaitAsync(ending.Token);
            await AnswerAsync(context, StatusCodes.Status200OK, request, verdict);
        }
        catch (BadHttpRequestException e)
        {
            await RefuseAsync(context, e.StatusCode, e.Message);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody waits for an answer.
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            logger.LogWarning("A review at {Path} took too long", path);
            await FailAsync(
                context,
                request,
                StatusCodes.Status504GatewayTimeout,
                "Timeout",
                "the review took too long"
            );
        }
        catch (Exception e)
        {
            logger.LogError(e, "A review at {Path} failed", path);
            await FailAsync(
                context,
                request,
                StatusCodes.Status500InternalServerError,
                "InternalError",
                "the review failed; the webhook's log says why"
            );
        }
        finally
        {
            if (placed)
            {
                places.Release();
            }
        }
    }

    /// <summary>The lesser of what the API server waits and our own limit.</summary>
    internal TimeSpan TimeoutOf(string? asked) =>
        asked is { Length: > 1 and < 8 }
        && asked[^1] == 's'
        && double.TryParse(
            asked.AsSpan(0, asked.Length - 1),
            NumberStyles.Float,
            CultureInfo.InvariantCulture,
            out var s
        )
        && s > 0
        && s < options.Timeout.TotalSeconds
            ? TimeSpan.FromSeconds(s)
            : options.Timeout;

    private static bool IsJson(string? contentType)
    {
        var media = contentType.AsSpan();
        var parameters = media.IndexOf(';');
        return (parameters < 0 ? media : media[..parameters])
            .Trim()
            .Equals(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase);
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > options.MaxBodyBytes)
        {
            throw TooLarge();
        }

        using var body = new MemoryStream((int)Math.Min(request.ContentLength ?? 4096, 64 * 1024));
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (body.Length + read > options.MaxBodyBytes)
            {
                throw TooLarge();
            }

            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private BadHttpRequestException TooLarge() =>
        new($"the body is larger than {options.MaxBodyBytes} bytes", StatusCodes.Status413PayloadTooLarge);

    private static async Task FailAsync(
        HttpContext context,
        AdmissionRequest? request,
        int code,
        string reason,
        string message
    )
    {
        if (request is null)
        {
            // The body did not arrive in time, or not at all.
            await RefuseAsync(context, code == StatusCodes.Status504GatewayTimeout ? 408 : code, message);
            return;
        }

        var verdict = new AdmissionVerdict
        {
            Allowed = false,
            Code = code,
            Reason = reason,
            Message = message,
        };
        await AnswerAsync(context, code, request, verdict);
    }

    private static Task AnswerAsync(HttpContext context, int code, AdmissionRequest request, AdmissionVerdict verdict)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = MediaTypeNames.Application.Json;
        return context.Response.Body.WriteAsync(ReviewBody.Write(request, verdict)).AsTask();
    }

    private static Task RefuseAsync(HttpContext context, int code, string message)
    {
        context.Response.StatusCode = code;
        context.Response.ContentType = MediaTypeNames.Text.Plain;
        return context.Response.WriteAsync(message + "\n");
    }
}
