using System.Buffers;
using System.Text.Json;

namespace Kubernetes.Client;

/// <summary>The <c>metav1.DeleteOptions</c> of a request.</summary>
internal static class DeleteBody
{
    public static ReadOnlyMemory<byte> From(DeleteRequest request)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("apiVersion", "v1");
        writer.WriteString("kind", "DeleteOptions");
        writer.WriteString("propagationPolicy", request.PropagationPolicy);
        if (request.GracePeriodSeconds is { } seconds)
        {
            writer.WriteNumber("gracePeriodSeconds", seconds);
        }
        if (request.Uid is not null || request.ResourceVersion is not null)
        {
            writer.WriteStartObject("preconditions");
            if (request.Uid is { } uid)
            {
                writer.WriteString("uid", uid);
            }
            if (request.ResourceVersion is { } version)
            {
                writer.WriteString("resourceVersion", version);
            }
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
