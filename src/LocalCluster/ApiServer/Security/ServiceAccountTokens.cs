using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Kubernetes.Models;
using LocalCluster.ApiServer.Json;
using LocalCluster.ApiServer.Storage;

namespace LocalCluster.ApiServer.Security;

/// <summary>Issues and reads the JWTs (ES256) of service accounts.</summary>
internal sealed class ServiceAccountTokens(TimeProvider clock, ObjectDatabase database, ECDsa key) : IDisposable
{
    public const string Issuer = "https://kubernetes.default.svc.cluster.local";

    /// <summary>The account a token stands for and what it is bound to.</summary>
    public sealed record Identity(string Namespace, string Name, string Uid)
    {
        public UserInfo ToUser() =>
            new(
                $"system:serviceaccount:{Namespace}:{Name}",
                Uid,
                ["system:serviceaccounts", $"system:serviceaccounts:{Namespace}", "system:authenticated"]
            );
    }

    /// <summary>Signs a token.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="audiences">Whom it is for.</param>
    /// <param name="expires">Until when it holds.</param>
    /// <param name="pod">The pod it is bound to, if any.</param>
    public string Issue(
        Identity account,
        IReadOnlyList<string> audiences,
        DateTimeOffset expires,
        (string Name, string Uid)? pod
    )
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var binding = new JsonObject
        {
            ["namespace"] = account.Namespace,
            ["serviceaccount"] = new JsonObject { ["name"] = account.Name, ["uid"] = account.Uid },
        };
        if (pod is { } bound)
        {
            binding["pod"] = new JsonObject { ["name"] = bound.Name, ["uid"] = bound.Uid };
        }

        var claims = new JsonObject
        {
            ["aud"] = audiences.ToJsonArray(),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now,
            ["iss"] = Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = binding,
            ["nbf"] = now,
            ["sub"] = $"system:serviceaccount:{account.Namespace}:{account.Name}",
        };
        var head = Base64Url.EncodeToString("""{"alg":"ES256","typ":"JWT"}"""u8);
        var signed = $"{head}.{Base64Url.EncodeToString(claims.ToUtf8())}";
        var signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>Reads a token for the API server; null when it is not ours, has expired, or its owner is gone.</summary>
    public Identity? Read(string token) => Read(token, [Issuer]);

    /// <summary>Reads a token for one of some audiences.</summary>
    public Identity? Read(string token, IReadOnlyList<string> audiences)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        JsonObject claims;
        try
        {
            var signature = Base64Url.DecodeFromChars(parts[2]);
            if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), signature, HashAlgorithmName.SHA256))
            {
                return null;
            }

            claims = JsonReading.ParseObject(Base64Url.DecodeFromChars(parts[1]));
        }
        catch (Exception e) when (e is FormatException or JsonException or CryptographicException)
        {
            return null;
        }

        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        if (claims.Long("exp") <= now || !claims.Strings("aud").Intersect(audiences).Any())
        {
            return null;
        }

        var binding = claims.Obj("kubernetes.io");
        var identity = new Identity(
            binding.Str("namespace") ?? "",
            binding.Obj("serviceaccount").Str("name") ?? "",
            binding.Obj("serviceaccount").Str("uid") ?? ""
        );
        return
            IsThere("serviceaccounts", identity.Namespace, identity.Name, identity.Uid)
            && (
                binding.Obj("pod") is not { } pod
                || IsThere("pods", identity.Namespace, pod.Str("name") ?? "", pod.Str("uid") ?? "")
            )
            ? identity
            : null;
    }

    public void Dispose() => key.Dispose();

    private bool IsThere(string plural, string @namespace, string name, string uid) =>
        database.Find(new("", plural))?.Find(new ObjectKey(@namespace, name)) is { } found && found.Uid == uid;
}
